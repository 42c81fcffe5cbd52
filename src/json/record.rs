//! Declares types together with the names that their members have in JSON.

/// A struct that is read from and written as an object. Each field has its name behind `=`; an
/// absent `Option` is left out. `or null` writes it all the same; `or default` reads an absent one as
/// the default, and `or skip` leaves the default out, too.
#[macro_export]
#[doc(hidden)]
macro_rules! record {
    ($(#[$attr:meta])* $vis:vis struct $name:ident {
        $($(#[$fattr:meta])* $fvis:vis $field:ident : $type:ty = $json:literal $(or $mode:ident)?),* $(,)?
    }) => {
        $crate::shape! { $(#[$attr])* $vis struct $name {
            $($(#[$fattr])* $fvis $field : $type = $json $(or $mode)?),*
        } }

        impl $crate::json::FromJson for $name {
            fn read(
                value: Option<&$crate::json::Value<'_>>,
                errors: &mut $crate::json::Errors,
            ) -> Self {
                if value.is_none_or(|value| value.as_object().is_none()) {
                    errors.note("an object");
                }
                Self { $($field: $crate::record!(@read value, errors, $json $(, $mode)?)),* }
            }
        }
    };
    (@read $object:ident, $errors:ident, $json:literal) => {
        $crate::json::member($object, $json, $errors)
    };
    (@read $object:ident, $errors:ident, $json:literal, null) => {
        $crate::json::member($object, $json, $errors)
    };
    (@read $object:ident, $errors:ident, $json:literal, $default:ident) => {
        $crate::json::member_or_default($object, $json, $errors)
    };
}

/// A struct that is only written; it may borrow. Fields as in [`record!`](crate::record).
#[macro_export]
#[doc(hidden)]
macro_rules! shape {
    ($(#[$attr:meta])* $vis:vis struct $name:ident $(<$life:lifetime>)? {
        $($(#[$fattr:meta])* $fvis:vis $field:ident : $type:ty = $json:literal $(or $mode:ident)?),* $(,)?
    }) => {
        $(#[$attr])* $vis struct $name $(<$life>)? { $($(#[$fattr])* $fvis $field: $type),* }

        impl $(<$life>)? $crate::json::ToJson for $name $(<$life>)? {
            fn write(&self, out: &mut Vec<u8>) {
                let mut object = $crate::json::Members::open(out);
                $($crate::shape!(@write object, self.$field, $json $(, $mode)?);)*
                object.close();
            }
        }
    };
    (@write $object:ident, $value:expr, $json:literal) => { $object.member($json, &$value) };
    (@write $object:ident, $value:expr, $json:literal, null) => { $object.always($json, &$value) };
    (@write $object:ident, $value:expr, $json:literal, default) => { $object.always($json, &$value) };
    (@write $object:ident, $value:expr, $json:literal, skip) => {
        if !$crate::json::ToJson::is_default(&$value) {
            $object.always($json, &$value);
        }
    };
}

/// An enum of words: each variant has its own behind `=`.
#[macro_export]
#[doc(hidden)]
macro_rules! words {
    ($(#[$attr:meta])* $vis:vis enum $name:ident {
        $($(#[$vattr:meta])* $variant:ident = $word:literal),* $(,)?
    }) => {
        $(#[$attr])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        $vis enum $name { $($(#[$vattr])* $variant),* }

        impl $name {
            /// Every one of them.
            #[allow(dead_code)]
            pub const ALL: &[Self] = &[$(Self::$variant),*];
            const WORDS: &[&str] = &[$($word),*];

            /// Its word.
            pub fn code(self) -> &'static str {
                Self::WORDS[self as usize]
            }
        }

        impl $crate::json::ToJson for $name {
            fn write(&self, out: &mut Vec<u8>) {
                $crate::json::write_text(self.code(), out);
            }
        }

        impl $crate::json::FromJson for $name {
            fn read(
                value: Option<&$crate::json::Value<'_>>,
                errors: &mut $crate::json::Errors,
            ) -> Self {
                let word = value.and_then($crate::json::Value::as_str);
                match Self::WORDS.iter().position(|known| Some(*known) == word) {
                    Some(place) => Self::ALL[place],
                    None => {
                        errors.note(concat!("one of" $(, " ", $word)*));
                        Self::ALL[0]
                    }
                }
            }
        }
    };
}
