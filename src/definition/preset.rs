//! The definition that ships with the component: the relation with a potential customer, in eight
//! stages. It is data like any host's and goes through the same checks.

/// The JSON of `crm-contact`.
///
/// ```
/// use stagebook::definition::{Definition, preset};
/// use stagebook::ids::DefinitionHash;
/// let value = serde_json::from_str(preset::CRM_CONTACT)?;
/// let definition = Definition::parse(value, DefinitionHash::default()).expect("no errors");
/// assert_eq!(definition.initial().label.text("it"), "Inizio");
/// # Ok::<(), serde_json::Error>(())
/// ```
pub const CRM_CONTACT: &str = include_str!("crm-contact.json");
