//! Answers come in pages, as the quirk `one-page` says they do not.

use std::collections::VecDeque;
use std::hash::{DefaultHasher, Hash, Hasher};

use crate::answer::{Answer, Failure, refused};
use crate::call::{Asker, Call};
use crate::chain::{Handling, Layer, Next};
use crate::element::Element;
use crate::parameters::Parameters;
use crate::place::PerPlace;

/// What EC2 pages, from its service model: the operation, its lists, the least and the greatest `MaxResults`.
const PAGINATED: &str = include_str!("paginated.txt");
/// How many tokens of a place are known; who comes back after so many others has to begin anew.
const N_TOKENS_MAX: usize = 1000;

/// Cuts every answer that EC2 pages.
pub(crate) struct Pages {
    page_size: usize,
    tokens: PerPlace<Tokens>,
}

/// The answers that are not yet told to their end. Each is the one of the first page: a later one may be outdated, but
/// has everything that was there all the time.
#[derive(Default)]
struct Tokens {
    n_minted: u64,
    left: VecDeque<(String, Question, Element)>,
}

/// What a token is good for: the same call.
type Question = (String, Parameters);

struct Paginated {
    lists: Vec<&'static str>,
    max_results: Option<(usize, usize)>,
}

/// Returns the name of the list that an operation answers with.
pub(crate) fn list_of(action: &str) -> &'static str {
    match action {
        // The one that palisade uses and EC2 does not page.
        "DescribeAddresses" => "addressesSet",
        _ => paginated(action).expect("what a mend asks is a list").lists[0],
    }
}

fn paginated(action: &str) -> Option<Paginated> {
    let line = PAGINATED.lines().find(|it| it.split(' ').next() == Some(action))?;
    let mut words = line.split(' ').skip(1);
    let lists = words.next()?.split('+').collect();
    let (min, max) = (words.next()?.parse(), words.next()?.parse());
    Some(Paginated { lists, max_results: min.ok().zip(max.ok()) })
}

impl Pages {
    /// Returns pages of so many objects at most, whatever the client asks for.
    pub(crate) fn new(page_size: usize) -> Pages {
        Pages { page_size, tokens: PerPlace::default() }
    }

    async fn page(&self, mut call: Call, paginated: Paginated, next: Next<'_>) -> Answer {
        let asked = max_results(&call.parameters, paginated.max_results)?;
        let token = call.parameters.value("NextToken").map(str::to_owned);
        call.parameters.remove("MaxResults");
        call.parameters.remove("NextToken");
        let place = call.place.clone();
        let question = (call.action.clone(), call.parameters.clone());
        let mut document = match token {
            Some(token) => self.tokens.at(&place, |it| it.redeem(&token, &question))?,
            None => next.send(call).await?,
        };
        let n_items = asked.unwrap_or(usize::MAX).min(self.page_size);
        document.remove("nextToken");
        if let Some(rest) = cut(&mut document, &paginated.lists, n_items) {
            let mint = |tokens: &mut Tokens| tokens.mint(&place.account, question, rest);
            let token = self.tokens.at(&place, mint);
            document.set("nextToken", &token);
        }
        Ok(document)
    }
}

impl Layer for Pages {
    fn handle<'a>(&'a self, call: Call, next: Next<'a>) -> Handling<'a> {
        Box::pin(async move {
            match paginated(&call.action) {
                Some(paginated) if call.asker == Asker::Client => self.page(call, paginated, next).await,
                _ => next.send(call).await,
            }
        })
    }
}

fn max_results(parameters: &Parameters, range: Option<(usize, usize)>) -> Result<Option<usize>, Failure> {
    let Some(text) = parameters.value("MaxResults") else { return Ok(None) };
    let (min, max) = range.unwrap_or((1, 1000));
    match text.parse() {
        Ok(n_items) if (min..=max).contains(&n_items) => Ok(Some(n_items)),
        _ => {
            let message =
                format!("Value ( {text} ) for parameter maxResults is invalid. Expecting {min} to {max}.");
            Err(refused("InvalidParameterValue", message))
        }
    }
}

/// Keeps the first items of each list, and returns the same document with the others, if there are any.
fn cut(document: &mut Element, lists: &[&str], n_items: usize) -> Option<Element> {
    let mut rest = document.clone();
    for list in lists {
        let items = &mut rest.child_mut(list).children;
        items.drain(..n_items.min(items.len()));
        document.child_mut(list).children.truncate(n_items);
    }
    lists.iter().any(|it| !rest.items(it).is_empty()).then_some(rest)
}

impl Tokens {
    fn mint(&mut self, account: &str, question: Question, rest: Element) -> String {
        self.n_minted += 1;
        let mut hasher = DefaultHasher::new();
        (account, &question, self.n_minted).hash(&mut hasher);
        let token =
            format!("{:016x}{:016x}", hasher.finish(), self.n_minted.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        self.left.push_back((token.clone(), question, rest));
        if N_TOKENS_MAX < self.left.len() {
            self.left.pop_front();
        }
        token
    }

    fn redeem(&self, token: &str, question: &Question) -> Answer {
        let known = self.left.iter().find(|(it, of, _)| it == token && of == question);
        let unknown = || refused("InvalidNextToken", "The specified NextToken is not valid.");
        known.map(|(_, _, rest)| rest.clone()).ok_or_else(unknown)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::check;

    const THREE: &str = "DescribeVpcs <vpcSet><item>a</item><item>b</item><item>c</item></vpcSet>";

    fn tell(calls: &str) -> String {
        check(Pages::new(2), THREE, calls)
    }

    #[test]
    fn an_answer_is_cut_and_its_rest_is_there_for_the_token() {
        insta::assert_snapshot!(tell("
            DescribeVpcs
            DescribeVpcs NextToken=?
            DescribeVpcs MaxResults=1000
        "), @"
        > DescribeVpcs
            DescribeVpcs
        < <vpcSet><item>a</item><item>b</item></vpcSet><nextToken>?</nextToken>
        > DescribeVpcs NextToken=?
        < <vpcSet><item>c</item></vpcSet>
        > DescribeVpcs MaxResults=1000
            DescribeVpcs
        < <vpcSet><item>a</item><item>b</item></vpcSet><nextToken>?</nextToken>
        ");
    }

    #[test]
    fn what_is_no_token_is_refused() {
        insta::assert_snapshot!(tell("DescribeVpcs NextToken=x"), @"
        > DescribeVpcs NextToken=x
        < InvalidNextToken: The specified NextToken is not valid.
        ");
    }

    #[test]
    fn a_token_is_good_for_its_own_call_alone() {
        insta::assert_snapshot!(tell("
            DescribeVpcs Filter.1.Name=state Filter.1.Value.1=available
            DescribeVpcs NextToken=?
            DescribeSubnets NextToken=?
        "), @"
        > DescribeVpcs Filter.1.Name=state Filter.1.Value.1=available
            DescribeVpcs Filter.1.Name=state Filter.1.Value.1=available
        < <vpcSet><item>a</item><item>b</item></vpcSet><nextToken>?</nextToken>
        > DescribeVpcs NextToken=?
        < InvalidNextToken: The specified NextToken is not valid.
        > DescribeSubnets NextToken=?
        < InvalidNextToken: The specified NextToken is not valid.
        ");
    }

    #[test]
    fn too_small_and_too_large_a_page_is_refused() {
        insta::assert_snapshot!(tell("
            DescribeVpcs MaxResults=4
            DescribeVpcs MaxResults=1001
        "), @"
        > DescribeVpcs MaxResults=4
        < InvalidParameterValue: Value ( 4 ) for parameter maxResults is invalid. Expecting 5 to 1000.
        > DescribeVpcs MaxResults=1001
        < InvalidParameterValue: Value ( 1001 ) for parameter maxResults is invalid. Expecting 5 to 1000.
        ");
    }

    #[test]
    fn what_ec2_does_not_page_is_left_alone() {
        let addresses =
            "DescribeAddresses <addressesSet><item>a</item><item>b</item><item>c</item></addressesSet>";
        insta::assert_snapshot!(check(Pages::new(2), addresses, "DescribeAddresses"), @"
        > DescribeAddresses
            DescribeAddresses
        < <addressesSet><item>a</item><item>b</item><item>c</item></addressesSet>
        ");
    }

    #[test]
    fn two_lists_are_cut_side_by_side() {
        let services = "DescribeVpcEndpointServices \
            <serviceDetailSet><item>A</item><item>B</item><item>C</item></serviceDetailSet>\
            <serviceNameSet><item>a</item><item>b</item><item>c</item></serviceNameSet>";
        insta::assert_snapshot!(check(Pages::new(2), services, "DescribeVpcEndpointServices"), @"
        > DescribeVpcEndpointServices
            DescribeVpcEndpointServices
        < <serviceDetailSet><item>A</item><item>B</item></serviceDetailSet><serviceNameSet><item>a</item><item>b</item></serviceNameSet><nextToken>?</nextToken>
        ");
    }

    #[test]
    fn the_table_is_readable() {
        for line in PAGINATED.lines() {
            let action = line.split(' ').next().unwrap();
            assert!(paginated(action).is_some_and(|it| !it.lists.is_empty()), "{line}");
        }
    }
}
