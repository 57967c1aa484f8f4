//! What is purchased and opened, buying it, and whether service roles are there.

use serde::Deserialize;
use serde_json::{Value, json};

use super::super::{errors::invalid, page::listed};
use crate::cloud::{Account, Service, ServiceRole, ServiceRoleKind};
use crate::gateway::{ApiError, Call, Reply};
use crate::services::common::authorization_page::address;
use crate::services::common::orders::{already_open, order_id};

/// Which service a product or a service code stands for in a region.
type Opens = fn(String) -> Service;

/// The products that can be ordered.
const PRODUCTS: [(&str, Opens); 4] = [
    ("PAI_share", Service::Pai),
    ("OSS_share", |_| Service::Oss),
    ("DataWorks_share", Service::DataWorks),
    ("MaxCompute_share", Service::MaxCompute),
];

/// The services that can be asked about by `ServiceCodes` (CHOICE: the codes).
const SERVICES: [(&str, Opens); 3] =
    [("OSS", |_| Service::Oss), ("SLS", |_| Service::Sls), ("Xtrace", |_| Service::Xtrace)];

/// An order that opens PAI alone.
pub(super) const SAMPLE: &str =
    r#"[{"OrderType":"BUY","ProductCode":"PAI_share","ChargeType":"POSTPAY","InstanceProperties":[]}]"#;

/// Where the console sells a product (CHOICE: the address).
fn purchase_url(call: &Call<'_>, code: &str) -> String {
    format!("https://pai.console.aliyun.com/?regionId={}#/activate?product={code}", call.region)
}

/// ListProducts
pub(super) fn list(call: &Call<'_>) -> Result<Reply, ApiError> {
    let arguments = &call.arguments;
    let account = call.account()?;
    let is_open = |service: &Service| account.activations.read().is_open(service);
    // The permission to purchase is told only when it is asked for.
    let may_purchase = arguments.flag("Verbose").then(|| call.ask("pai:CreateOrder", "*").map(|need| call.may(need)));
    let may_purchase = may_purchase.transpose()?;
    let product = |(code, service): &(&str, Opens)| {
        let mut product = json!({
            "ProductCode": code,
            "ProductId": code,
            "IsPurchased": is_open(&service(call.region.clone())),
            "PurchaseUrl": purchase_url(call, code),
        });
        if let (Some(may), Some(product)) = (may_purchase, product.as_object_mut()) {
            product.insert("HasPermissionToPurchase".to_owned(), json!(may));
        }
        product
    };
    let service = |(code, service): &(&str, Opens)| json!({ "ServiceCode": code, "IsOpen": is_open(&service(call.region.clone())), "OpenUrl": purchase_url(call, code) });
    let products = PRODUCTS.iter().filter(|(code, _)| listed(arguments, "ProductCodes", code)).map(product);
    let services = SERVICES
        .iter()
        .filter(|(code, _)| arguments.filled("ServiceCodes").is_some() && listed(arguments, "ServiceCodes", code));
    Ok(Reply::document(json!({
        "Products": products.collect::<Vec<_>>(),
        "Services": services.map(service).collect::<Vec<_>>(),
    })))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Order {
    product_code: String,
    #[serde(default)]
    instance_properties: Vec<Property>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Property {
    code: String,
    #[serde(default)]
    value: String,
}

fn orders(text: &str) -> Result<Vec<(Order, Opens)>, ApiError> {
    let orders: Vec<Order> = serde_json::from_str(text).map_err(|_| invalid("Products", "not a list of products"))?;
    if orders.is_empty() {
        return Err(invalid("Products", "no product is named"));
    }
    let known = |order: Order| {
        let service = PRODUCTS.iter().find(|(code, _)| *code == order.product_code).map(|(_, service)| *service);
        let why = format!("there is no product `{}`", order.product_code);
        service.map(|service| (order, service)).ok_or_else(|| invalid("Products", &why))
    };
    orders.into_iter().map(known).collect()
}

pub(super) fn check_order(text: &str) -> Result<(), ApiError> {
    orders(text).map(|_| ())
}

/// CreateProductOrders: one order may open several products. Those that are open already are passed over; an order that
/// opens nothing is refused (CHOICE: both).
pub(super) fn order(call: &Call<'_>) -> Result<Reply, ApiError> {
    let orders = orders(call.arguments.text("Products"))?;
    let mut bought = Vec::new();
    {
        let mut activations = call.account()?.activations.write();
        for (order, service) in &orders {
            let region = order.instance_properties.iter().find(|property| property.code == "region");
            let region = region.map_or(&call.region, |property| &property.value);
            if activations.open(service(region.clone()), call.now) {
                bought.push(order.product_code.clone());
            }
        }
    }
    if bought.is_empty() {
        return Err(already_open());
    }
    Ok(Reply::document(json!({
        "BuyProductRequestId": *call.request_id,
        "OrderId": order_id(call),
        "ProductIds": bought,
        "Message": "",
    })))
}

/// ListProductAuthorizations: is the service role there? Whether its policies are still those that it came with is not asked.
pub(super) fn authorizations(call: &Call<'_>) -> Result<Reply, ApiError> {
    let account = call.account()?;
    let names: Vec<_> = call.arguments.text("RamRoleNames").split(',').map(str::trim).collect();
    let details: Vec<_> = names.iter().map(|name| authorization(account, name)).collect();
    let missing = names.iter().filter(|name| account.directory.read().role(name).is_err());
    let missing: Vec<_> = missing.filter_map(|name| ServiceRole::named(name)).collect();
    let mut answer = json!({ "AuthorizationDetails": details });
    if let (false, Some(answer)) = (missing.is_empty(), answer.as_object_mut()) {
        answer.insert("AuthorizationUrl".to_owned(), json!(address(missing)));
    }
    Ok(Reply::document(answer))
}

fn authorization(account: &Account, name: &str) -> Value {
    let known = ServiceRole::named(name);
    let there = account.directory.read().role(name).is_ok();
    let linked = known.is_some_and(|role| role.kind == ServiceRoleKind::ServiceLinked);
    let mut detail = json!({
        "RamRoleName": name,
        "RamRoleType": if linked { "ServiceLinkedRole" } else { "ServiceRole" },
        "RamRoleARN": format!("acs:ram::{}:role/{}", account.id, name.to_ascii_lowercase()),
        "IsAuthorized": there,
    });
    if let (Some(role), Some(detail)) = (known.filter(|_| !there), detail.as_object_mut()) {
        detail.insert("AuthorizationUrl".to_owned(), json!(address([role])));
    }
    detail
}
