//! What all fields share: label, hint, error, and the wiring between them.

use leptos::prelude::*;

/// Ids of the parts of a field, so that a control can point to them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldIds {
    /// The control itself.
    pub control: String,
    /// Its hint.
    pub hint: String,
    /// Its error.
    pub error: String,
    /// Its note.
    pub note: String,
}

impl FieldIds {
    /// Ids below the id of the control.
    pub fn new(control: &str) -> Self {
        Self {
            control: control.to_owned(),
            hint: format!("{control}-hint"),
            error: format!("{control}-error"),
            note: format!("{control}-note"),
        }
    }

    /// The value of `aria-describedby`: the error first, because it matters most.
    pub fn described_by(&self, has_error: bool, has_hint: bool, has_note: bool) -> Option<String> {
        let parts: Vec<&str> = [
            (has_error, self.error.as_str()),
            (has_hint, self.hint.as_str()),
            (has_note, self.note.as_str()),
        ]
        .into_iter()
        .filter_map(|(is_there, id)| is_there.then_some(id))
        .collect();
        (!parts.is_empty()).then(|| parts.join(" "))
    }
}

/// A text as part of an id: different texts give different parts, whatever
/// letters they are written in.
pub fn id_part(text: &str) -> String {
    let mut part = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            ' ' => part.push('-'),
            letter if letter.is_ascii_alphanumeric() => part.push(letter),
            letter => {
                part.push('_');
                for digit in (0..6).rev().map(|place| (u32::from(letter) >> (4 * place)) & 0xf) {
                    part.extend(char::from_digit(digit, 16));
                }
            }
        }
    }
    part
}

/// Words that fields say by themselves; provided once by the app.
#[derive(Clone, Copy)]
pub struct FieldWords {
    /// Before an error.
    pub error_prefix: Signal<String>,
    /// Beside the label of a field that may stay empty.
    pub optional: Signal<String>,
}

/// The words, or nothing where the app gave none.
pub fn use_words() -> FieldWords {
    use_context::<FieldWords>().unwrap_or_else(|| FieldWords {
        error_prefix: Signal::derive(String::new),
        optional: Signal::derive(String::new),
    })
}

/// An error beneath its field. Present in the page before there is an error,
/// so that a screen reader hears one that appears without a move of the focus.
#[component]
pub fn FieldError(
    /// Its id.
    id: String,
    /// The error.
    error: Signal<Option<String>>,
) -> impl IntoView {
    let words = use_words();
    view! {
        <div class="ca-field__live" aria-live="polite">
            {move || {
                error
                    .get()
                    .map(|text| {
                        view! {
                            <p class="ca-field__error" id=id.clone()>
                                <span class="ca-visually-hidden">{words.error_prefix} " "</span>
                                {text}
                            </p>
                        }
                    })
            }}
        </div>
    }
}

/// What stands around a control: label, hint and error before it, note behind it.
#[derive(Clone)]
pub struct FieldFrame {
    /// Ids of the parts.
    pub ids: FieldIds,
    /// The label, visible at all times.
    pub label: Signal<String>,
    /// The field may stay empty.
    pub is_optional: bool,
    /// What helps to fill it.
    pub hint: Option<Signal<String>>,
    /// What is wrong with it.
    pub error: Signal<Option<String>>,
    /// What else there is to say.
    pub note: Signal<Option<String>>,
}

impl FieldFrame {
    /// A frame with a label and an error.
    pub fn new(id: &str, label: Signal<String>, error: Signal<Option<String>>) -> Self {
        Self {
            ids: FieldIds::new(id),
            label,
            is_optional: false,
            hint: None,
            error,
            note: Signal::stored(None),
        }
    }

    /// The control's `aria-describedby`.
    pub fn described_by(&self) -> Signal<Option<String>> {
        let (ids, error, note) = (self.ids.clone(), self.error, self.note);
        let has_hint = self.hint.is_some();
        Signal::derive(move || {
            ids.described_by(error.with(Option::is_some), has_hint, note.with(Option::is_some))
        })
    }

    /// The control's `aria-invalid`.
    pub fn invalid(&self) -> Signal<Option<&'static str>> {
        let error = self.error;
        Signal::derive(move || error.with(Option::is_some).then_some("true"))
    }

    /// The frame with the control in it.
    pub fn around(self, control: AnyView) -> AnyView {
        let invalid = self.invalid();
        let Self { ids, label, is_optional, hint, error, note } = self;
        view! {
            <div class="ca-field" data-invalid=invalid>
                <label class="ca-field__label" for=ids.control>
                    {label} <OptionalMark is_optional />
                </label>
                {hint.map(|hint| view! { <p class="ca-hint" id=ids.hint>{hint}</p> })}
                <FieldError id=ids.error error />
                {control}
                {move || note.get().map(|text| view! {
                    <p class="ca-field__note" id=ids.note.clone()>{text}</p>
                })}
            </div>
        }
        .into_any()
    }
}

/// Calls what is to happen when a field is left.
pub fn left(on_blur: Option<Callback<()>>) {
    if let Some(on_blur) = on_blur {
        happened(on_blur, ());
    }
}

/// Tells of what happened to a control. One that is taken out of the page with the focus in
/// it is left and changed by that, after the page around it is gone: nobody listens then.
pub fn happened<In: 'static>(listener: Callback<In>, what: In) {
    // Nothing is lost: what was typed was told while it was typed.
    listener.try_run(what);
}

/// The word "optional" beside a label.
#[component]
pub fn OptionalMark(
    /// Whether it shows.
    is_optional: bool,
) -> impl IntoView {
    let words = use_words();
    is_optional.then(|| {
        view! {
            <span class="ca-field__optional">" (" {words.optional} ")"</span>
        }
    })
}

#[cfg(test)]
mod tests {
    use super::id_part;

    #[test]
    fn names_in_any_script_have_ids_of_their_own() {
        assert_eq!(id_part("Exchange Online"), "Exchange-Online");
        let names = ["合作夥伴", "商務應用", "a b", "a-b", "a_b", "a_00002d", ""];
        for (index, name) in names.iter().enumerate() {
            assert!(!id_part(name).contains(char::is_whitespace));
            for other in &names[index + 1..] {
                assert_ne!(id_part(name), id_part(other), "{name} and {other}");
            }
        }
    }
}
