//! What routes refuse before they are asked, told of each that can: the door's, the sign-in's and the
//! store's answers, which no handler gives.

use utoipa::Modify;
use utoipa::openapi::path::{Operation, ParameterIn, PathItem};
use utoipa::openapi::{ContentBuilder, OpenApi, Ref, RefOr, Response, ResponseBuilder};

/// Routes that ask nobody to sign in.
const OPEN: [&str; 3] = ["/healthz", "/readyz", "/session"];

/// Adds these answers to the document; what a route says itself stays.
pub(super) struct Refusals;

/// An answer, and which routes can give it.
struct Refusal {
    status: &'static str,
    name: &'static str,
    description: &'static str,
    /// Whether an error's usual body comes along; the door itself knows no requests, and no ids.
    has_body: bool,
    can_give: fn(&Route) -> bool,
}

/// What is looked at of an operation.
struct Route {
    path: String,
    takes_body: bool,
    has_parameters: bool,
    has_place: bool,
}

impl Route {
    fn of(path: &str, operation: &Operation) -> Self {
        let parameters = operation.parameters.as_deref().unwrap_or_default();
        Self {
            path: path.to_owned(),
            takes_body: operation.request_body.is_some(),
            has_parameters: !parameters.is_empty(),
            has_place: parameters.iter().any(|one| one.parameter_in == ParameterIn::Path),
        }
    }
}

const REFUSALS: [Refusal; 11] = [
    Refusal {
        status: "400",
        name: "BadRequest",
        description: "`bad_json`, `bad_value`: the request is not as it should be",
        has_body: true,
        can_give: |route| route.takes_body || route.has_parameters,
    },
    Refusal {
        status: "401",
        name: "Unauthorised",
        description: "`unauthorised`: nobody is signed in",
        has_body: true,
        can_give: |route| !OPEN.contains(&route.path.as_str()),
    },
    Refusal {
        status: "403",
        name: "Forbidden",
        description: "`bad_origin`, `csrf`: another site's page asks",
        has_body: true,
        can_give: |_| true,
    },
    Refusal {
        status: "404",
        name: "NotFound",
        description: "`not_found`: nothing of that name",
        has_body: true,
        can_give: |route| route.has_place,
    },
    Refusal {
        status: "408",
        name: "BodyTooSlow",
        description: "`body_too_slow`: the body did not arrive in time",
        has_body: true,
        can_give: |route| route.takes_body,
    },
    Refusal {
        status: "413",
        name: "BodyTooLarge",
        description: "`body_too_large`: the body is longer than the limit",
        has_body: true,
        can_give: |route| route.takes_body,
    },
    Refusal {
        status: "414",
        name: "AddressTooLong",
        description: "The address is longer than 65534 bytes; without a body",
        has_body: false,
        can_give: |_| true,
    },
    Refusal {
        status: "431",
        name: "HeadTooLarge",
        description: "The head is longer than the server reads; without a body",
        has_body: false,
        can_give: |_| true,
    },
    Refusal {
        status: "500",
        name: "Failed",
        description: "`internal`, `store_failed`, `store_corrupt`: a fault of the service",
        has_body: true,
        can_give: |_| true,
    },
    Refusal {
        status: "503",
        name: "Unavailable",
        description: "`busy`, `sign_in_unavailable`, `store_unavailable`: again in a moment",
        has_body: true,
        can_give: |route| route.path != "/healthz",
    },
    Refusal {
        status: "507",
        name: "StoreFull",
        description: "`store_full`: nothing more can be saved, as that somebody was here",
        has_body: true,
        can_give: |route| route.path != "/healthz",
    },
];

impl Modify for Refusals {
    fn modify(&self, document: &mut OpenApi) {
        let components = document.components.get_or_insert_default();
        for refusal in &REFUSALS {
            components.responses.insert(refusal.name.to_owned(), refusal.response().into());
        }
        for (path, item) in &mut document.paths.paths {
            for operation in operations(item) {
                let route = Route::of(path, operation);
                for refusal in REFUSALS.iter().filter(|refusal| (refusal.can_give)(&route)) {
                    refusal.tell(operation);
                }
            }
        }
    }
}

impl Refusal {
    fn response(&self) -> Response {
        let response = ResponseBuilder::new().description(self.description);
        match self.has_body {
            true => response.content("application/json", error_body()).build(),
            false => response.build(),
        }
    }

    /// Where the route knows that status in other words, either may come.
    fn tell(&self, operation: &mut Operation) {
        let status = self.status.to_owned();
        let told = operation.responses.responses.entry(status);
        let told = told.or_insert_with(|| Ref::from_response_name(self.name).into());
        if let RefOr::T(response) = told
            && self.has_body
        {
            response.content.entry("application/json".to_owned()).or_insert_with(error_body);
        }
    }
}

fn error_body() -> utoipa::openapi::Content {
    ContentBuilder::new().schema(Some(Ref::from_schema_name("ErrorBody"))).build()
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    let PathItem { get, put, post, delete, patch, .. } = item;
    [get, put, post, delete, patch].into_iter().flatten()
}
