//! A column header that sorts.

use leptos::prelude::*;

/// The header. `direction`: `None` unsorted, `Some(false)` ascending, `Some(true)` descending.
#[component]
pub fn SortHeader(
    /// Name of the column.
    #[prop(into)]
    label: Signal<String>,
    /// How it is sorted now.
    #[prop(into)]
    direction: Signal<Option<bool>>,
    /// Sorts by it, or turns the order round.
    on_sort: Callback<()>,
) -> impl IntoView {
    view! {
        <th
            scope="col"
            aria-sort=move || match direction.get() {
                None => "none",
                Some(false) => "ascending",
                Some(true) => "descending",
            }
        >
            <button type="button" class="ca-sort" on:click=move |_| on_sort.run(())>
                {label}
                <span class="ca-sort__sign" aria-hidden="true">
                    {move || match direction.get() {
                        None => "↕",
                        Some(false) => "↑",
                        Some(true) => "↓",
                    }}
                </span>
            </button>
        </th>
    }
    .into_any()
}
