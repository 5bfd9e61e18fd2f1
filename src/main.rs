fn main() {
    balcao_panel::start();
}
