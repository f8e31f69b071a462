//! Server-sent events: a connection on which a server speaks when it wants to.

use std::rc::Rc;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::{Closure, JsValue};
use web_sys::{Event, EventSource, EventSourceInit};

/// Something that happens to a stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StreamEvent {
    /// It is open.
    Opened,
    /// The server said the word that was asked for.
    Heard,
    /// It ended, or could not be opened. Nothing more comes.
    Ended,
}

/// An open stream; closed when it is dropped.
pub trait Stream {}

/// Opens streams: the address, the name of the event, and who hears of it.
/// `None` where the browser has none.
pub type OpenStream =
    Rc<dyn Fn(&str, &'static str, Rc<dyn Fn(StreamEvent)>) -> Option<Box<dyn Stream>>>;

/// The browser's streams.
pub fn open_stream() -> OpenStream {
    Rc::new(|url, name, on_event| {
        EventStream::open(url, name, on_event).map(|stream| Box::new(stream) as Box<dyn Stream>)
    })
}

struct EventStream {
    source: EventSource,
    _callbacks: [Closure<dyn FnMut(Event)>; 3],
}

impl EventStream {
    fn open(url: &str, name: &str, on_event: Rc<dyn Fn(StreamEvent)>) -> Option<Self> {
        let init = EventSourceInit::new();
        init.set_with_credentials(true);
        let source = EventSource::new_with_event_source_init_dict(url, &init).ok()?;
        let call = |event: StreamEvent, closes: bool| {
            let (own, on_event) = (source.clone(), on_event.clone());
            Closure::<dyn FnMut(Event)>::new(move |_| {
                // The browser would try again every few seconds for ever; when to
                // do that is decided by whoever opened it.
                if closes {
                    own.close();
                }
                on_event(event);
            })
        };
        let opened = call(StreamEvent::Opened, false);
        let heard = call(StreamEvent::Heard, false);
        let ended = call(StreamEvent::Ended, true);
        for (name, callback) in [("open", &opened), (name, &heard), ("error", &ended)] {
            let callback: &JsValue = callback.as_ref();
            source.add_event_listener_with_callback(name, callback.unchecked_ref()).ok()?;
        }
        Some(Self { source, _callbacks: [opened, heard, ended] })
    }
}

impl Stream for EventStream {}

impl Drop for EventStream {
    fn drop(&mut self) {
        self.source.close();
    }
}
