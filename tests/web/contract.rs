//! The store contract on IndexedDB and localStorage: as the browser is, and without what the newest
//! ones or secure origins alone have.

use super::page::{set_get_all_records, set_locks};
use stagebook::web::indexed_db::IndexedDb;
use stagebook::web::local_storage::LocalStorage;

mod as_it_is {
    stagebook::store_contract!(|name: &str| {
        super::set_get_all_records(true);
        super::IndexedDb::new(name, |_| {})
    });
}

mod without_get_all_records {
    stagebook::store_contract!(|name: &str| {
        super::set_get_all_records(false);
        super::IndexedDb::new(&format!("{name}/older"), |_| {})
    });
}

mod local_storage {
    stagebook::store_contract!(|name: &str| {
        super::set_locks(true);
        super::LocalStorage::new(name)
    });
}

mod local_storage_without_web_locks {
    stagebook::store_contract!(|name: &str| {
        super::set_locks(false);
        super::LocalStorage::new(&format!("{name}-older"))
    });
}
