//! The calls of `url`.

use keyrail::Error;
use keyrail::url::{self, BaseUrl, EncodeSet, TemplateValue, UrlTemplate};
use serde_json::{Value, json};

use crate::calls::{bytes_of_hex, flag, hex, pairs, text, texts};

pub fn run(call: &str, given: &Value) -> Result<Value, Error> {
    Ok(match call {
        "url.encode" => encode(given)?,
        "url.encode_bytes" => json!(url::encode_bytes(&bytes_of_hex(text(given, "bytes")))),
        "url.encode_batch" => json!(url::encode_batch(&texts(&given["texts"]))),
        "url.decode" => json!(url::decode(text(given, "text"))?),
        "url.decode_bytes" => json!(hex(&url::decode_bytes(text(given, "text"))?)),
        "url.decode_form" => json!(url::decode_form(text(given, "text"))?),
        "url.decode_batch" => decode_batch(given),
        "url.normalize" => json!(url::normalize(text(given, "text"))),
        "url.encode_query" => json!(url::encode_query(&query_pairs(given))?),
        "url.parse_query" => json!(url::parse_query(text(given, "query"))?),
        "url.template.expand" => json!(template(given)?.expand(&variables(given))?),
        "url.template.expand_strict" => json!(template(given)?.expand_strict(&variables(given))?),
        "url.template.variables" => template(given)?.variables().collect(),
        "url.base_url" => json!(base_url(given)?.as_str()),
        "url.base_url.from_template" => {
            let variables = pairs(given, "variables");
            json!(BaseUrl::from_template(text(given, "template"), &variables)?.as_str())
        }
        "url.base_url.join" => json!(base_url(given)?.join(&texts(&given["segments"]))?),
        _ => panic!("unknown call: {call}"),
    })
}

fn encode(given: &Value) -> Result<Value, Error> {
    let text = text(given, "text");
    Ok(match &given["set"] {
        Value::Null => json!(url::encode(text)),
        Value::String(name) => json!(url::encode_with(text, EncodeSet::named(name)?)),
        custom => {
            let set = EncodeSet::keeping(custom["keep"].as_str().expect("the characters to keep"))?;
            json!(url::encode_with(text, &set))
        }
    })
}

fn decode_batch(given: &Value) -> Value {
    let decoded = url::decode_batch(&texts(&given["texts"])).into_iter();
    let outcome = |result: Result<String, url::Error>| match result {
        Ok(text) => json!(text),
        Err(error) => json!({"code": error.code(), "offset": error.offset()}),
    };
    decoded.map(outcome).collect()
}

fn query_pairs(given: &Value) -> Vec<(&str, Option<&str>)> {
    let pairs = given["pairs"].as_array().into_iter().flatten();
    pairs.map(|pair| (pair[0].as_str().expect("a name"), pair[1].as_str())).collect()
}

fn template(given: &Value) -> Result<UrlTemplate, Error> {
    Ok(UrlTemplate::parse(text(given, "template"))?)
}

/// Returns the template variables of a case: strings, lists of strings and lists of pairs.
fn variables(given: &Value) -> Vec<(&str, TemplateValue<'_>)> {
    let variable = |pair| {
        let [name, value] = <&[Value; 2]>::try_from(pair).expect("a name and a value");
        (name.as_str().expect("a name"), template_value(value))
    };
    let variables = given["variables"].as_array().into_iter().flatten();
    variables.map(|pair| variable(pair.as_array().expect("a pair").as_slice())).collect()
}

fn template_value(value: &Value) -> TemplateValue<'_> {
    match value.as_array().map(Vec::as_slice) {
        None => value.as_str().expect("a string or a list").into(),
        Some([Value::Array(_), ..]) => {
            let pairs = value.as_array().into_iter().flatten().map(texts);
            pairs.map(|pair| (pair[0], pair[1])).collect()
        }
        Some(_) => texts(value).into(),
    }
}

fn base_url(given: &Value) -> Result<BaseUrl, Error> {
    let url = text(given, "url");
    let loopback = flag(given, "allow_loopback");
    Ok(if loopback { BaseUrl::new_with_loopback(url)? } else { BaseUrl::new(url)? })
}
