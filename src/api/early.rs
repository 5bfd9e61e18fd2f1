//! The session that the start script asked for while the WebAssembly was still on its way (`xtask/src/panel/start.js`).

use js_sys::{Promise, Reflect};
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;

/// The answer to a sign-in of this body, where exactly that was asked for and let somebody in. Given once: whoever signs in
/// later wants a new one.
pub(super) async fn session(body: &str) -> Option<String> {
    let (window, name) = (web_sys::window()?, JsValue::from("balcaoSession"));
    let early = Reflect::get(&window, &name).ok().filter(JsValue::is_object)?;
    let _ = Reflect::delete_property(&window, &name);
    let part = |name: &str| Reflect::get(&early, &name.into()).ok();
    let answer = part("answer").filter(|_| part("body").is_some_and(|asked| asked == *body))?;
    JsFuture::from(answer.dyn_into::<Promise>().ok()?).await.ok()?.as_string()
}

#[cfg(all(test, target_arch = "wasm32"))]
#[allow(clippy::unwrap_used, reason = "a test may panic, its helpers too")]
mod tests {
    use super::*;
    use wasm_bindgen_test::wasm_bindgen_test;

    fn asked(body: &str, answer: &JsValue) {
        let early = js_sys::Object::new();
        Reflect::set(&early, &"body".into(), &body.into()).unwrap();
        Reflect::set(&early, &"answer".into(), &Promise::resolve(answer)).unwrap();
        Reflect::set(&web_sys::window().unwrap(), &"balcaoSession".into(), &early).unwrap();
    }

    #[wasm_bindgen_test]
    async fn what_was_asked_early_is_given_once_and_to_nobody_else() {
        assert_eq!(session("{}").await, None, "nothing was asked");
        asked("{}", &"answer".into());
        assert_eq!(session("{}").await.as_deref(), Some("answer"));
        assert_eq!(session("{}").await, None, "a second time");
        asked("{}", &"answer".into());
        assert_eq!(session(r#"{"account":"other"}"#).await, None, "for another store");
        assert_eq!(session("{}").await, None, "it is old by then");
        asked("{}", &JsValue::NULL);
        assert_eq!(session("{}").await, None, "nobody was let in");
    }
}
