//! A route: where it is and what serves it, and, for whoever asks, what it is.
//!
//! Both come from the handler's `#[utoipa::path]`. The descriptions of all routes would be most of what a function holds
//! when it starts, so each is made when the document is.

use axum::Router;
use axum::handler::Handler;
use axum::routing::MethodRouter;
use utoipa::Path;
use utoipa_axum::PathItemExt;
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouter};

use super::state::ApiState;

/// What answers at one address.
pub(super) struct Route {
    /// The address, as axum matches it.
    pub(super) path: String,
    /// Its handlers, by method.
    pub(super) serves: MethodRouter<ApiState>,
    /// The same with their descriptions.
    pub(super) describe: fn() -> UtoipaMethodRouter<ApiState>,
}

impl Route {
    /// Adds it to a router.
    pub(super) fn serve(self, router: Router<ApiState>) -> Router<ApiState> {
        router.route(&self.path, self.serves)
    }

    /// Adds it to a document.
    pub(super) fn describe(self, document: OpenApiRouter<ApiState>) -> OpenApiRouter<ApiState> {
        document.routes((self.describe)())
    }
}

/// Adds a handler for the methods that its description `P` names.
pub(super) fn on<P: Path, T: 'static>(
    router: MethodRouter<ApiState>,
    handler: &impl Handler<T, ApiState>,
) -> MethodRouter<ApiState> {
    let methods = P::methods();
    methods.iter().fold(router, |router, method| router.on(method.to_method_filter(), handler.clone()))
}

/// The route of handlers in one module, which share an address: `route!(me::deputy => show, put)`.
macro_rules! route {
    ($($module:ident)::+ => $first:ident $(, $more:ident)*) => {{
        use $($module)::+ as module;
        utoipa_axum::paste! {
            let serves = $crate::api::route::on::<module::[<__path_ $first>], _>(
                axum::routing::MethodRouter::new(),
                &module::$first,
            );
            $(let serves = $crate::api::route::on::<module::[<__path_ $more>], _>(serves, &module::$more);)*
            let path = <module::[<__path_ $first>] as utoipa::Path>::path();
            let describe = || utoipa_axum::routes!(module::$first $(, module::$more)*);
            $crate::api::route::Route { path, serves, describe }
        }
    }};
}

pub(super) use route;
