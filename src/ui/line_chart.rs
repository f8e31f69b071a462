//! Two courses over time, drawn as lines. What they say is also in words in
//! the drawing's description, and in a table that the page puts beside it.

use leptos::prelude::*;

/// The values of one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChartPoint {
    /// The moment.
    pub label: String,
    /// A value of each course.
    pub values: [u64; 2],
}

const WIDTH: u64 = 600;
const HEIGHT: u64 = 200;
/// Room for the marks at the edges.
const MARGIN: u64 = 10;
/// The line of a key.
const KEY_LINE: &str = "M2 8H46";
/// Half the size of a mark.
const MARK: u64 = 6;

/// The chart. The courses differ by the stroke and by the shape of the marks,
/// so that nobody needs the colours.
#[component]
pub fn LineChart(
    /// Stem of the ids within.
    #[prop(into)]
    id: String,
    /// Its name.
    #[prop(into)]
    title: Signal<String>,
    /// What it shows, in a sentence.
    #[prop(into)]
    description: Signal<String>,
    /// Names of the courses.
    names: [Signal<String>; 2],
    /// The values, oldest first.
    points: Vec<ChartPoint>,
) -> impl IntoView {
    let labelled_by = format!("{id}-title {id}-description");
    let highest = points.iter().flat_map(|point| point.values).max().unwrap_or(0);
    let top = round_up(highest);
    let (title_id, description_id) = (format!("{id}-title"), format!("{id}-description"));
    let first = points.first().map(|point| point.label.clone()).unwrap_or_default();
    let last = match points.as_slice() {
        [_, .., last] => last.label.clone(),
        _ => String::new(),
    };
    let courses = [0, 1].map(|course| course_view(course, &points, top)).collect_view();
    let grid = [0, top / 2, top]
        .map(|value| {
            let y = height_of(value, top);
            view! { <line class="ca-chart__grid" x1="0" x2=WIDTH.to_string() y1=y.to_string() y2=y.to_string() /> }
        })
        .collect_view();
    let keys = [0, 1]
        .map(|course| {
            view! {
                <li>
                    <svg class="ca-chart__key" viewBox="0 0 48 16" aria-hidden="true" focusable="false">
                        <g data-course=course.to_string()>
                            <path class="ca-chart__line" d=KEY_LINE />
                            {mark(course, 24, 8)}
                        </g>
                    </svg>
                    {names[course]}
                </li>
            }
        })
        .collect_view();
    view! {
        <div class="ca-chart">
            <ul class="ca-chart__keys">{keys}</ul>
            <div class="ca-chart__scale" aria-hidden="true">
                <span>{top.to_string()}</span>
                <span>{(top / 2).to_string()}</span>
                <span>"0"</span>
            </div>
            <svg
                class="ca-chart__drawing"
                role="img"
                viewBox=format!("0 0 {WIDTH} {HEIGHT}")
                aria-labelledby=labelled_by
            >
                <title id=title_id>{title}</title>
                <desc id=description_id>{description}</desc>
                {grid}
                {courses}
            </svg>
            <div class="ca-chart__times" aria-hidden="true">
                <span>{first}</span>
                <span>{last}</span>
            </div>
        </div>
    }
    .into_any()
}

fn course_view(course: usize, points: &[ChartPoint], top: u64) -> AnyView {
    let places: Vec<(u64, u64)> = points
        .iter()
        .enumerate()
        .map(|(at, point)| (place_of(at, points.len()), height_of(point.values[course], top)))
        .collect();
    let corners: Vec<String> = places.iter().map(|(x, y)| format!("{x} {y}")).collect();
    let line = format!("M{}", corners.join("L"));
    let marks = places.into_iter().map(|(x, y)| mark(course, x, y)).collect_view();
    view! {
        <g data-course=course.to_string()>
            <path class="ca-chart__line" d=line />
            {marks}
        </g>
    }
    .into_any()
}

/// A square for the first course, a circle for the second.
fn mark(course: usize, x: u64, y: u64) -> AnyView {
    if course == 0 {
        view! {
            <rect
                class="ca-chart__mark"
                x=(x - MARK).to_string()
                y=(y - MARK).to_string()
                width=(2 * MARK).to_string()
                height=(2 * MARK).to_string()
            />
        }
        .into_any()
    } else {
        view! {
            <circle
                class="ca-chart__mark"
                cx=x.to_string()
                cy=y.to_string()
                r=MARK.to_string()
            />
        }
        .into_any()
    }
}

/// Where a moment stands: from edge to edge, and one alone in the middle.
fn place_of(at: usize, count: usize) -> u64 {
    let (at, last) = (u64::try_from(at).unwrap_or(0), u64::try_from(count).unwrap_or(1));
    match last {
        0 | 1 => WIDTH / 2,
        count => MARGIN + at * (WIDTH - 2 * MARGIN) / (count - 1),
    }
}

/// How high a value stands, counted from above.
fn height_of(value: u64, top: u64) -> u64 {
    HEIGHT - MARGIN - value.min(top) * (HEIGHT - 2 * MARGIN) / top.max(1)
}

/// The next number of the kind 2, 4, 10, 20, 40, 100: even, so that its half
/// is a whole number as well.
fn round_up(value: u64) -> u64 {
    let mut unit = 1_u64;
    loop {
        for step in [2, 4, 10] {
            let candidate = unit.saturating_mul(step);
            if candidate >= value || candidate == u64::MAX {
                return candidate;
            }
        }
        unit = unit.saturating_mul(10);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scale_ends_above_every_value() {
        for (value, top) in [(0, 2), (2, 2), (3, 4), (5, 10), (10, 10), (155, 200), (401, 1_000)] {
            assert_eq!(round_up(value), top, "{value}");
        }
        assert_eq!(round_up(u64::MAX), u64::MAX);
    }

    #[test]
    fn all_marks_lie_within_the_drawing() {
        for count in 1..40 {
            for at in 0..count {
                let x = place_of(at, count);
                assert!((MARGIN..=WIDTH - MARGIN).contains(&x), "{at} of {count}");
            }
        }
        assert_eq!(height_of(0, 200), HEIGHT - MARGIN);
        assert_eq!(height_of(200, 200), MARGIN);
        assert_eq!(height_of(500, 200), MARGIN);
    }
}
