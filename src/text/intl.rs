//! The browser's `Intl`, as far as the panel needs it.

use balcao_contract::locale::Locale;
use balcao_contract::time::Timestamp;
use js_sys::{Array, Date, Intl, Object, Reflect};
use wasm_bindgen::{JsCast, JsValue};

fn locales(locale: Locale) -> Array {
    Array::of1(&locale.tag().into())
}

fn options(pairs: &[(&str, JsValue)]) -> Object {
    let options = Object::new();
    for (name, value) in pairs {
        // Setting a property of a fresh object cannot fail.
        let _ = Reflect::set(&options, &(*name).into(), value);
    }
    options
}

fn call(function: &js_sys::Function, argument: &JsValue) -> String {
    function.call1(&JsValue::UNDEFINED, argument).ok().and_then(|text| text.as_string()).unwrap_or_default()
}

fn date(locale: Locale, moment: Timestamp, pairs: &[(&str, &str)]) -> String {
    let pairs: Vec<_> = pairs.iter().map(|(name, value)| (*name, JsValue::from(*value))).collect();
    let format = Intl::DateTimeFormat::new(&locales(locale), &options(&pairs));
    call(&format.format(), &Date::new(&(moment.unix_milliseconds() as f64).into()))
}

pub fn date_time(locale: Locale, moment: Timestamp, with_time: bool) -> String {
    let pairs = [("dateStyle", "medium"), ("timeStyle", "short")];
    date(locale, moment, if with_time { &pairs } else { &pairs[..1] })
}

/// "Wed, Nov 25, 4:30 PM": what is due within weeks is thought of by its weekday.
pub fn deadline(locale: Locale, moment: Timestamp) -> String {
    let pairs =
        [("weekday", "short"), ("day", "numeric"), ("month", "short"), ("hour", "numeric"), ("minute", "2-digit")];
    date(locale, moment, &pairs)
}

/// "November 2026".
pub fn month(locale: Locale, moment: Timestamp) -> String {
    date(locale, moment, &[("month", "long"), ("year", "numeric")])
}

/// "1,234.50": an amount in a currency that is not known; `None` where the text is no number. Read by the browser: the tables of
/// Rust's own reader are 10 KB that nothing compresses.
pub fn amount(locale: Locale, text: &str) -> Option<String> {
    let amount = JsValue::from(text).unchecked_into_f64();
    if text.is_empty() || !amount.is_finite() {
        return None;
    }
    let pairs = [("minimumFractionDigits", JsValue::from(2)), ("maximumFractionDigits", 2.into())];
    let format = Intl::NumberFormat::new(&locales(locale), &options(&pairs));
    Some(call(&format.format(), &amount.into()))
}

/// "Brazil" for `BR`, "Brazilian Real" for `BRL`; `kind` is `region` or `currency`. As it is where the browser knows none.
pub fn name_of(locale: Locale, kind: &str, code: &str) -> String {
    // Not bound by js-sys.
    let intl = Reflect::get(&js_sys::global(), &"Intl".into()).unwrap_or_default();
    let named = Reflect::get(&intl, &"DisplayNames".into()).ok().and_then(|constructor| {
        let arguments = Array::of2(&locales(locale), &options(&[("type", kind.into())]));
        let names = Reflect::construct(constructor.dyn_ref::<js_sys::Function>()?, &arguments).ok()?;
        let of: js_sys::Function = Reflect::get(&names, &"of".into()).ok()?.dyn_into().ok()?;
        of.call1(&names, &code.into()).ok()?.as_string()
    });
    named.unwrap_or_else(|| code.to_owned())
}

/// In the order of the language's alphabet.
pub fn sort(locale: Locale, names: &mut [(String, String)]) {
    let collator = Intl::Collator::new(&locales(locale), &Object::new());
    let compare = collator.compare();
    names.sort_by(|(_, one), (_, other)| {
        let order = compare.call2(&JsValue::UNDEFINED, &one.into(), &other.into());
        order.ok().and_then(|order| order.as_f64()).unwrap_or_default().total_cmp(&0.0)
    });
}

pub fn number(locale: Locale, number: f64, unit: Option<&str>) -> String {
    let mut pairs = vec![("maximumFractionDigits", JsValue::from(1))];
    if let Some(unit) = unit {
        // The short form of a byte has no plural: "18 byte".
        let display = if unit == "byte" { "long" } else { "short" };
        pairs.extend([("style", "unit".into()), ("unit", unit.into()), ("unitDisplay", display.into())]);
    }
    let format = Intl::NumberFormat::new(&locales(locale), &options(&pairs));
    call(&format.format(), &number.into())
}

pub fn relative(locale: Locale, count: f64, unit: &str) -> String {
    let format = Intl::RelativeTimeFormat::new(&locales(locale), &options(&[("numeric", "auto".into())]));
    format.format(count, unit).into()
}

pub fn is_one(locale: Locale, count: u64) -> bool {
    let rules = Intl::PluralRules::new(&locales(locale), &Object::new());
    rules.select(count as f64) == "one"
}

/// How far away a moment is: a whole number, negative in the past, and the unit that `Intl.RelativeTimeFormat` knows.
pub fn distance(moment: Timestamp, now: f64) -> (f64, &'static str) {
    const UNITS: [(&str, f64, f64); 5] = [
        ("second", 1.0, 60.0),
        ("minute", 60.0, 3_600.0),
        ("hour", 3_600.0, 86_400.0),
        ("day", 86_400.0, 2_592_000.0),
        ("month", 2_592_000.0, 31_536_000.0),
    ];
    let seconds = (moment.unix_milliseconds() as f64 - now) / 1000.0;
    for (unit, length, limit) in UNITS {
        if seconds.abs() < limit {
            return ((seconds / length).trunc(), unit);
        }
    }
    ((seconds / 31_536_000.0).trunc(), "year")
}

/// A size in the largest unit that leaves a number of at least 1. Decimal units, as `Intl` and file managers have them;
/// limits are powers of two, so "50 MB" is written for 50 × 1024 × 1024 as well.
pub fn bytes_in_unit(bytes: u64) -> (f64, &'static str) {
    const STEP: f64 = 1024.0;
    let mut number = bytes as f64;
    let mut unit = "byte";
    for larger in ["kilobyte", "megabyte", "gigabyte"] {
        if number < STEP {
            break;
        }
        number /= STEP;
        unit = larger;
    }
    (number, unit)
}
