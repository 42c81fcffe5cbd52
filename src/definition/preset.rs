//! The definition that ships with the component: the relation with a potential customer, in eight
//! stages. It is data like any host's and goes through the same checks.

/// The JSON of `crm-contact`.
///
/// ```
/// use stagebook::definition::{Definition, preset};
/// use stagebook::{ids::DefinitionHash, json};
/// let value = json::parse(preset::CRM_CONTACT).map_err(|at| at.0)?;
/// let definition = Definition::parse(value, DefinitionHash::default()).expect("no errors");
/// assert_eq!(definition.initial().label.text("it"), "Inizio");
/// # Ok::<(), usize>(())
/// ```
pub const CRM_CONTACT: &str = include_str!("crm-contact.json");
