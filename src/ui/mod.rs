//! Components without knowledge of claims: texts come in as signals, what
//! happens goes out as callbacks. One component in each file.

pub mod button;
pub mod checkbox;
pub mod dialog;
pub mod disclosure;
pub mod empty_state;
pub mod error_summary;
pub mod field;
pub mod file_drop;
pub mod icon;
pub mod item_picker;
pub mod line_chart;
pub mod live_region;
pub mod notice;
pub mod part;
pub mod path_diagram;
pub mod progress;
pub mod radio_group;
pub mod search_box;
pub mod select;
pub mod skeleton;
pub mod status_pill;
pub mod step_list;
pub mod summary_list;
pub mod table;
pub mod tabs;
pub mod text_area;
pub mod text_field;
pub mod timeline;
