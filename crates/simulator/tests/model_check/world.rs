//! Two clients, the server and the network, as a model to be explored.
//!
//! The network keeps every request for ever and delivers it at any time and as
//! often as it likes, so it loses, delays, doubles and reorders. An answer that
//! nobody waits for any more would be dropped, and is not kept.

use crate::client::{Act, CLAIM, Choice, Client, NOW_MS, Pull, RULES};
use crate::meant::{Broken, Minds};
use crate::shared::Shared;
use cpor_protocol::ProblemCode;
use cpor_rules::UserRole;
use cpor_simulator::server::{Account, Request, Server, What};
use cpor_sync::Event;
use cpor_sync::mutants::{self, Mutant};
use stateright::{Model, Property};
use std::cell::RefCell;
use std::collections::HashMap;
use std::hash::Hash;
use std::thread::LocalKey;

/// Effects of one step, the marks of attempts counted, are fewer.
const MOST_EFFECTS: usize = 8;

/// What is explored.
#[derive(Clone, Debug)]
pub struct Scene {
    /// What each person wants to do, in order.
    pub scripts: [&'static [Act]; 2],
    /// So often an answer fails to come to each client.
    pub timeouts: [u8; 2],
    /// So often each client ends at once.
    pub crashes: [u8; 2],
    /// Whether both know the claim at the beginning.
    pub is_begun: bool,
    pub mutant: Option<Mutant>,
}

/// What can happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Step {
    /// The person does what comes next.
    Act,
    /// The person decides about what is stuck.
    Decide(Choice),
    /// An answer comes to an attempt.
    Answer(usize, usize),
    /// None comes in time.
    TimeOut(usize),
    /// The client asks for news.
    Poll,
    /// News come.
    News,
    /// They do not.
    NoNews,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    /// Something happens at a client, which ends after so many effects or goes on.
    At(usize, Step, Option<usize>),
    /// The request with this place reaches the server.
    Arrive(usize),
    /// The pull of a client reaches the server.
    PullArrives(usize),
}

/// A request that was sent once.
#[derive(Clone, Debug)]
pub struct Sent {
    client: usize,
    op_id: String,
    what: What,
}

#[derive(Clone, Debug, PartialEq, Hash)]
pub struct Whole {
    clients: [Shared<Client>; 2],
    server: Shared<Server>,
    /// In the order of their fingerprints: when they were sent is of no account.
    network: Vec<Shared<Sent>>,
    minds: Shared<Minds>,
    broken: Option<Broken>,
}

/// What a step of a client comes to.
#[derive(Clone)]
struct Stepped {
    client: Shared<Client>,
    minds: Shared<Minds>,
    broken: Option<Broken>,
    sent: Vec<Shared<Sent>>,
}

/// What a request that reaches the server comes to.
#[derive(Clone)]
struct Arrived {
    server: Shared<Server>,
    client: Shared<Client>,
    minds: Shared<Minds>,
    broken: Option<Broken>,
}

type StepKey = (usize, u64, u64, Step, Option<usize>);
type ArriveKey = (u64, u64, u64, u64);
type Made<K, V> = RefCell<HashMap<K, Option<V>>>;

thread_local! {
    // The parts are in few states and their product in many: each step is made once
    // in each thread.
    static STEPS: Made<StepKey, Stepped> = RefCell::default();
    static ARRIVALS: Made<ArriveKey, Arrived> = RefCell::default();
    static PULLS: Made<(u64, u64, u64, u32), Shared<Client>> = RefCell::default();
}

/// What was made before, or is made now.
fn once<K: Eq + Hash, V: Clone>(
    made: &'static LocalKey<Made<K, V>>,
    key: K,
    step: impl FnOnce() -> Option<V>,
) -> Option<V> {
    if let Some(known) = made.with_borrow(|all| all.get(&key).cloned()) {
        return known;
    }
    let new = step();
    made.with_borrow_mut(|all| all.insert(key, new.clone()));
    new
}

impl Whole {
    /// Nothing is under way, and nobody has anything to do or to decide.
    fn is_at_rest(&self, scene: &Scene) -> bool {
        self.clients.iter().zip(&scene.scripts).all(|(client, script)| {
            client.waiting.is_empty()
                && client.pull.is_none()
                && client.choices().is_empty()
                && client.next_act(script).is_none()
                && client.knows == self.minds.applied
        })
    }

    /// Everything is sent, and all have the same.
    fn is_drained(&self) -> bool {
        let theirs = self.server.claim(CLAIM);
        self.minds.are_kept()
            && self.clients.iter().all(|client| {
                let kept = client.claims.get(CLAIM);
                let is_same = kept.and_then(|kept| kept.claim.as_ref()) == theirs
                    && kept.is_none_or(|kept| kept.theirs.is_none());
                client.ops.is_empty() && client.machine.lanes().is_empty() && is_same
            })
    }

    /// Takes in what a client sends.
    fn send(&mut self, sent: Vec<Shared<Sent>>) {
        for request in sent {
            let place = self.network.binary_search_by_key(&request.print(), Shared::print);
            if let Err(place) = place {
                self.network.insert(place, request);
            }
        }
    }
}

fn account(client: usize) -> String {
    format!("account-{client}")
}

impl Scene {
    fn begin(&self) -> Whole {
        mutants::set(self.mutant);
        // What was made on this thread was made of another scene.
        STEPS.with_borrow_mut(HashMap::clear);
        ARRIVALS.with_borrow_mut(HashMap::clear);
        PULLS.with_borrow_mut(HashMap::clear);
        let known = (0..2).map(|index| Account {
            id: account(index),
            organisation: "alpha".to_owned(),
            role: UserRole::IncentivesAdmin,
        });
        let mut server = Server::new(known.collect(), RULES, None);
        let mut minds = Minds::default();
        if self.is_begun {
            let mut draft = cpor_rules::Draft::default();
            "new".clone_into(&mut draft.claim_name);
            let condition = cpor_simulator::server::Condition::IsNew;
            let what = What::Put(CLAIM.to_owned(), condition, Box::new(draft), Vec::new());
            let request = Request { account: account(0), key: "first".to_owned(), what };
            assert_eq!(server.handle(Some(&account(0)), &request, NOW_MS).status, 201);
            server.take_applied();
            minds.applied += 1;
        }
        let mut clients = [0, 1]
            .map(|index| Client::new(['a', 'b'][index], self.timeouts[index], self.crashes[index]));
        for (index, client) in clients.iter_mut().enumerate() {
            let opened = client.open(&mut minds);
            assert!(opened.sent.is_empty() && opened.broken.is_none());
            // The first list is fetched before anything happens.
            fetch(client, index, &mut server, &minds);
            let event = client.pulled(true).expect("the first list was asked for");
            client.take(event, None, &mut minds).expect("it does not end");
        }
        Whole {
            clients: clients.map(Shared::new),
            server: Shared::new(server),
            network: Vec::new(),
            minds: Shared::new(minds),
            broken: None,
        }
    }

    /// A step of a client.
    fn step(
        &self,
        whole: &Whole,
        index: usize,
        step: Step,
        ends: Option<usize>,
    ) -> Option<Stepped> {
        let mut client = Client::clone(&whole.clients[index]);
        let mut minds = Minds::clone(&whole.minds);
        let event = match step {
            Step::Act => {
                let act = client.next_act(self.scripts[index])?;
                client.act(act, &mut minds)
            }
            Step::Decide(choice) => client.decide(choice, &mut minds)?,
            Step::Answer(nth, answer) => {
                let op_id = client.waiting.keys().nth(nth)?.clone();
                client.answered(&op_id, Some(answer))?
            }
            Step::TimeOut(nth) => {
                client.timeouts = client.timeouts.checked_sub(1)?;
                let op_id = client.waiting.keys().nth(nth)?.clone();
                client.answered(&op_id, None)?
            }
            Step::Poll => Event::News { now_ms: NOW_MS },
            Step::News => client.pulled(true)?,
            Step::NoNews => {
                client.timeouts = client.timeouts.checked_sub(1)?;
                client.pulled(false)?
            }
        };
        let effects = client.take(event, ends, &mut minds)?;
        let sent = effects.sent.into_iter();
        let sent = sent.map(|(op_id, what)| Shared::new(Sent { client: index, op_id, what }));
        Some(Stepped {
            client: Shared::new(client),
            minds: Shared::new(minds),
            broken: effects.broken,
            sent: sent.collect(),
        })
    }

    /// A request reaches the server; its answer goes back, if somebody waits.
    fn arrive(whole: &Whole, sent: &Sent) -> Option<Arrived> {
        let mut server = Server::clone(&whole.server);
        let account = account(sent.client);
        let request =
            Request { account: account.clone(), key: sent.op_id.clone(), what: sent.what.clone() };
        let answer = server.handle(Some(&account), &request, NOW_MS);
        let mut broken =
            (answer.code() == Some(ProblemCode::KeyReused)).then_some(Broken::KeyReused);
        let mut arrived = Arrived {
            server: whole.server.clone(),
            client: whole.clients[sent.client].clone(),
            minds: whole.minds.clone(),
            broken,
        };
        let applied = server.take_applied();
        let is_new = applied.is_some();
        if let Some(applied) = applied {
            let mut minds = Minds::clone(&whole.minds);
            broken = broken.or(minds.check(&applied).err());
            arrived = Arrived {
                server: Shared::new(server),
                minds: Shared::new(minds),
                broken,
                ..arrived
            };
        }
        let mut client = Client::clone(&arrived.client);
        let answer = Shared::new(answer);
        let is_awaited = client.waiting.get_mut(&sent.op_id).is_some_and(|known| {
            let is_other = !known.contains(&answer);
            known.extend(is_other.then_some(answer));
            is_other
        });
        if is_awaited {
            arrived.client = Shared::new(client);
        }
        (is_new || is_awaited || broken.is_some()).then_some(arrived)
    }
}

/// The pull of a client reaches the server.
fn fetch(client: &mut Client, index: usize, server: &mut Server, minds: &Minds) -> Option<()> {
    let Some(Pull::Asked { since, etag }) = client.pull.take() else { return None };
    let what = What::Changes { since, etag, limit: 200 };
    let request = Request { account: account(index), key: String::new(), what };
    let answer = server.handle(Some(&account(index)), &request, NOW_MS);
    client.pull = Some(Pull::Answered(Box::new(answer)));
    client.knows = minds.applied;
    Some(())
}

impl Model for Scene {
    type State = Whole;
    type Action = Action;

    fn init_states(&self) -> Vec<Whole> {
        vec![self.begin()]
    }

    fn actions(&self, whole: &Whole, actions: &mut Vec<Action>) {
        // What follows a broken promise does not matter.
        if whole.broken.is_some() {
            return;
        }
        for (index, client) in whole.clients.iter().enumerate() {
            let mut steps = Vec::new();
            if client.next_act(self.scripts[index]).is_some() {
                steps.push(Step::Act);
            }
            steps.extend(client.choices().iter().map(|choice| Step::Decide(*choice)));
            for (nth, answers) in client.waiting.values().enumerate() {
                steps.extend((0..answers.len()).map(|answer| Step::Answer(nth, answer)));
                if client.timeouts > 0 {
                    steps.push(Step::TimeOut(nth));
                }
            }
            match &client.pull {
                None if client.knows != whole.minds.applied => steps.push(Step::Poll),
                Some(Pull::Answered(_)) => steps.push(Step::News),
                _ => {}
            }
            if client.pull.is_some() && client.timeouts > 0 {
                steps.push(Step::NoNews);
            }
            for step in steps {
                actions.push(Action::At(index, step, None));
                if client.crashes > 0 {
                    let ends = (0..MOST_EFFECTS).map(|ends| Action::At(index, step, Some(ends)));
                    actions.extend(ends);
                }
            }
            if matches!(client.pull, Some(Pull::Asked { .. })) {
                actions.push(Action::PullArrives(index));
            }
        }
        actions.extend((0..whole.network.len()).map(Action::Arrive));
    }

    fn next_state(&self, last: &Whole, action: Action) -> Option<Whole> {
        mutants::set(self.mutant);
        let mut whole = last.clone();
        match action {
            Action::At(index, step, ends) => {
                let key = (index, whole.clients[index].print(), whole.minds.print(), step, ends);
                let stepped = once(&STEPS, key, || self.step(last, index, step, ends))?;
                whole.clients[index] = stepped.client;
                whole.minds = stepped.minds;
                whole.broken = whole.broken.or(stepped.broken);
                whole.send(stepped.sent);
            }
            Action::Arrive(nth) => {
                let sent = last.network.get(nth)?;
                let client = last.clients[sent.client].print();
                let key = (last.server.print(), sent.print(), last.minds.print(), client);
                let arrived = once(&ARRIVALS, key, || Self::arrive(last, sent))?;
                whole.server = arrived.server;
                whole.clients[sent.client] = arrived.client;
                whole.minds = arrived.minds;
                whole.broken = whole.broken.or(arrived.broken);
            }
            Action::PullArrives(index) => {
                let client = last.clients[index].print();
                let key = (index as u64, client, last.server.print(), last.minds.applied);
                whole.clients[index] = once(&PULLS, key, || {
                    let mut client = Client::clone(&last.clients[index]);
                    let mut server = Server::clone(&last.server);
                    fetch(&mut client, index, &mut server, &last.minds)?;
                    Some(Shared::new(client))
                })?;
            }
        }
        Some(whole)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        vec![
            Property::always("applied at most once", |_, whole: &Whole| {
                whole.broken != Some(Broken::AppliedTwice)
            }),
            Property::always("one key, one content", |_, whole: &Whole| {
                whole.broken != Some(Broken::KeyReused)
            }),
            Property::always("order is kept", |_, whole: &Whole| {
                whole.broken != Some(Broken::OutOfOrder)
            }),
            Property::always("no lost update", |_, whole: &Whole| {
                whole.broken != Some(Broken::LostUpdate)
            }),
            Property::always("nothing is dropped", |_, whole: &Whole| {
                whole.broken != Some(Broken::Dropped)
            }),
            Property::always("at rest all is sent and the same", |scene: &Self, whole: &Whole| {
                whole.broken.is_some() || !whole.is_at_rest(scene) || whole.is_drained()
            }),
            Property::eventually("drained", |scene: &Self, whole: &Whole| {
                whole.broken.is_some() || (whole.is_at_rest(scene) && whole.is_drained())
            }),
        ]
    }
}
