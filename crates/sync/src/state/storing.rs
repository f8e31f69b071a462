//! Putting what the person does on the disk.

use super::lane::unstuck;
use super::{Lane, State, Store};
use crate::event::{Command, Write};

impl State {
    /// Takes the waiting enqueues of every lane that is not being stored. Their place
    /// in the lane comes from what is in the store: until that is known they wait.
    pub(super) fn begin_enqueues(&mut self, commands: &mut Vec<Command>) {
        if self.store != Store::Read {
            return;
        }
        for enqueue in std::mem::take(&mut self.enqueues) {
            let earlier_waits =
                self.enqueues.iter().any(|earlier| earlier.claim_id == enqueue.claim_id);
            let lane = self.lanes.entry(enqueue.claim_id.clone()).or_insert_with(Lane::empty);
            if earlier_waits || lane.saving.is_some() {
                self.enqueues.push_back(enqueue);
                continue;
            }
            let own_steps = self.own_steps.get(&enqueue.claim_id);
            let ticket = enqueue.ticket;
            let write = lane.plan(enqueue, own_steps);
            commands.push(Command::Write { write: Box::new(write), ticket: Some(ticket) });
        }
    }

    pub(super) fn saved(&mut self, ticket: u64, is_durable: bool, commands: &mut Vec<Command>) {
        for lane in self.lanes.values_mut() {
            if let Some(saving) = lane.saving.take_if(|saving| saving.ticket == ticket)
                && is_durable
            {
                lane.ops = saving.after;
                if saving.is_rebased {
                    let put_ops = lane.ops.front().cloned().map(unstuck).into_iter().collect();
                    let write = Write { put_ops, ..Write::default() };
                    commands.push(Command::Write { write: Box::new(write), ticket: None });
                }
            }
        }
        self.drop_empty_lanes();
    }

    pub(super) fn drop_empty_lanes(&mut self) {
        self.lanes.retain(|_, lane| !lane.ops.is_empty() || lane.saving.is_some());
    }
}
