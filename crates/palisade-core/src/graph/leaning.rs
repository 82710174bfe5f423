//! The edges between objects of one kind of which AWS wants one as long as it has the other, although neither names it.

use super::{Builder, StepId};
use crate::key::Key;
use crate::kinds::Spec;
use crate::plan::Change;

impl Builder<'_> {
    /// What others lean on is there before they are, and goes after they have stopped.
    pub(super) fn link_leaning(&mut self) {
        let plan = self.plan;
        let supports = |change: &Change| {
            change.want().is_some_and(Spec::supports) || change.live().is_some_and(|it| it.spec.supports())
        };
        for (other, support) in plan.changes.iter().filter(|(_, it)| supports(it)) {
            for (key, change) in plan.changes.range(Key::new(other.kind, "")..) {
                if key.kind != other.kind {
                    break;
                }
                if key != other {
                    self.link_support(key, change, other, support);
                }
            }
        }
    }

    fn link_support(&mut self, key: &Key, change: &Change, other: &Key, support: &Change) {
        let wants =
            |it: &Change| change.want().zip(it.want()).is_some_and(|(own, other)| own.leans_on(other));
        if support.makes() && wants(support) {
            let make = StepId::Make(other.clone());
            self.after(&StepId::Make(key.clone()), [make.clone()]);
            self.after(&StepId::Wire(key.clone()), [make]);
        }
        let live = support.live().filter(|_| support.removes() && !self.vacated.contains(other));
        let Some((own, live)) = change.live().zip(live) else { return };
        let still_leans = matches!(change, Change::Update { want, .. } if want.leans_on(&live.spec));
        if own.spec.leans_on(&live.spec) && !still_leans {
            let last = match change.removes() {
                true => vec![StepId::Remove(key.clone())],
                false => vec![StepId::Wire(key.clone()), StepId::Unwire(key.clone())],
            };
            self.after(&StepId::Remove(other.clone()), last);
        }
    }
}
