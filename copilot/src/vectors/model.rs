//! The model that comes along, as Copilot asks for it.

use super::Encoder;
use balcao_encoder::Model;

impl Encoder for Model {
    fn fingerprint(&self) -> &str {
        Self::fingerprint(self)
    }

    fn dimensions(&self) -> usize {
        Self::dimensions(self)
    }

    fn passage(&self, text: &str) -> Vec<f32> {
        Self::passage(self, text)
    }

    fn question(&self, text: &str) -> Vec<f32> {
        Self::question(self, text)
    }
}
