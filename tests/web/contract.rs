//! The store contract on IndexedDB: as the browser is, and without what the newest ones alone have.

use super::page::set_get_all_records;
use stagebook::web::indexed_db::IndexedDb;

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
