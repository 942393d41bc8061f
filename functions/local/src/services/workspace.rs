//! The Slack workspace of local mode: who is in it, which channels it has, and every name of its own.
//!
//! Members are the catalog's people. Ids follow from names, so that they are the same after every restart.
//! Two members are there to be refused: an impostor inside the workspace, whose name and address imitate an
//! approver's, and somebody of another workspace.

use std::sync::Arc;

use catalog_model::{CatalogIndex, Person};
use sha2::{Digest, Sha256};

/// The workspace.
pub const TEAM_ID: &str = "T0DRAWBRIDGE";
/// The workspace's name.
pub const TEAM_NAME: &str = "Drawbridge on this machine";
/// The workspace's word in addresses.
pub const TEAM_DOMAIN: &str = "drawbridge-local";
/// A workspace that the app is not installed in.
pub const FOREIGN_TEAM_ID: &str = "T0ELSEWHERE";
/// The portal's Slack app.
pub const APP_ID: &str = "A0DRAWBRIDGE";
/// The app's bot.
pub const BOT_ID: &str = "B0DRAWBRIDGE";
/// The bot as a user.
pub const BOT_USER_ID: &str = "U0DRAWBRIDGE";
/// The name the bot's messages carry.
pub const BOT_NAME: &str = "Drawbridge";

/// Somebody with a Slack account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// Slack's user id: what identifies somebody.
    pub id: String,
    /// The handle, which anybody may choose.
    pub name: String,
    /// The name that others read, which anybody may choose.
    pub real_name: String,
    /// The address.
    pub email: String,
    /// The job title of the profile.
    pub title: String,
    /// The workspace the account is in.
    pub team_id: &'static str,
}

/// A public channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Channel {
    /// Slack's channel id.
    pub id: String,
    /// The name, without `#`.
    pub name: String,
}

/// Where a message can go: a channel, or the conversation of the bot with one member.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Conversation {
    /// Everybody reads it.
    Channel(Channel),
    /// Only this member reads it.
    Direct(Member),
}

/// Members and channels at one moment; the catalog can change while local mode runs.
#[derive(Debug, Clone, Default)]
pub struct Workspace {
    /// Everybody who can act, strangers among them.
    pub members: Vec<Member>,
    /// Every channel.
    pub channels: Vec<Channel>,
}

/// Gives the workspace as it is now.
pub type Roster = Arc<dyn Fn() -> Workspace + Send + Sync>;

impl Workspace {
    /// The workspace of a catalog's organisation.
    pub fn of(catalog: &CatalogIndex) -> Self {
        let people = || catalog.teams.values().flat_map(|team| &team.people);
        let mut members: Vec<Member> = people()
            .map(|person| {
                let title = person.title.as_deref().unwrap_or_default();
                Member::new(&person.id, &person.name, &person.email, title)
            })
            .collect();
        // Whoever is in most groups can approve most, and is the one worth imitating.
        let groups = |person: &Person| {
            let all = catalog.teams.values().flat_map(|team| team.groups.values());
            all.filter(|group| group.members.contains(&person.id)).count()
        };
        let approver = people().rev().max_by_key(|person| groups(person));
        members.extend(approver.map(|person| impostor(&person.name, &person.email)));
        members.push(foreigner());
        let mut channels = vec![Channel::new("general")];
        for channel in catalog.teams.values().map(|team| Channel::new(&team.slack_channel)) {
            // Two teams may share one.
            if !channels.contains(&channel) {
                channels.push(channel);
            }
        }
        Self { members, channels }
    }

    /// The member with this user id.
    pub fn member(&self, id: &str) -> Option<&Member> {
        self.members.iter().find(|member| member.id == id)
    }

    /// The member of this workspace with this address.
    pub(crate) fn by_email(&self, email: &str) -> Option<&Member> {
        self.own().find(|member| member.email.eq_ignore_ascii_case(email))
    }

    /// The members whom the app can see: those of its own workspace.
    pub(crate) fn own(&self) -> impl Iterator<Item = &Member> {
        self.members.iter().filter(|member| member.team_id == TEAM_ID)
    }

    /// What a caller means by `channel`: an id of a channel, a conversation or a user, or a channel's name.
    pub(crate) fn conversation(&self, word: &str) -> Option<Conversation> {
        let bare = word.trim_start_matches('#');
        let channel = self.channels.iter().find(|channel| channel.id == word || channel.name == bare);
        channel.cloned().map(Conversation::Channel).or_else(|| {
            let member = self.own().find(|member| member.id == word || member.direct_id() == word);
            member.cloned().map(Conversation::Direct)
        })
    }
}

impl Member {
    /// Somebody of this workspace; the id follows from the person's.
    pub fn new(person: &str, name: &str, email: &str, title: &str) -> Self {
        Self {
            id: id('U', person),
            name: person.to_owned(),
            real_name: name.to_owned(),
            email: email.to_owned(),
            title: title.to_owned(),
            team_id: TEAM_ID,
        }
    }

    /// The id of the bot's conversation with this member.
    pub fn direct_id(&self) -> String {
        id('D', &self.id)
    }
}

impl Channel {
    /// A channel; its id follows from its name.
    pub fn new(name: &str) -> Self {
        let name = name.trim_start_matches('#');
        Self { id: id('C', name), name: name.to_owned() }
    }
}

impl Conversation {
    /// Slack's id.
    pub fn id(&self) -> String {
        match self {
            Self::Channel(channel) => channel.id.clone(),
            Self::Direct(member) => member.direct_id(),
        }
    }

    /// The name that interactions carry.
    pub fn name(&self) -> &str {
        match self {
            Self::Channel(channel) => &channel.name,
            Self::Direct(_) => "directmessage",
        }
    }

    /// Whether the member reads it.
    pub fn is_open_to(&self, user: &str) -> bool {
        match self {
            Self::Channel(_) => true,
            Self::Direct(member) => member.id == user,
        }
    }
}

/// The same name, an address that looks the same: `rn` for `m` in its host.
fn impostor(name: &str, email: &str) -> Member {
    let (user, host) = email.split_once('@').unwrap_or((email, ""));
    let imitated = format!("{user}@{}", host.replace('m', "rn").replace("exarnple", "example"));
    let mut member = Member::new(&format!("impostor of {email}"), name, &imitated, "Contractor");
    user.clone_into(&mut member.name);
    member
}

fn foreigner() -> Member {
    let mut member = Member::new(
        "somebody elsewhere",
        "Somebody Elsewhere",
        "somebody@elsewhere.example",
        "Another company",
    );
    "somebody".clone_into(&mut member.name);
    member.team_id = FOREIGN_TEAM_ID;
    member
}

/// A letter for the kind and ten characters that follow from the name.
fn id(kind: char, name: &str) -> String {
    const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let digest = Sha256::digest(name);
    let bits = digest.iter().take(8).fold(0_u64, |bits, byte| bits << 8 | u64::from(*byte));
    let letter =
        |place: u32| char::from(ALPHABET[usize::try_from(bits >> (59 - 5 * place) & 31).unwrap_or(0)]);
    std::iter::once(kind).chain((0..10).map(letter)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_base32_of_the_digest() {
        // `printf tomasz.wieczorek | sha256sum | xxd -r -p | base32 | cut -c1-10`
        assert_eq!(id('U', "tomasz.wieczorek"), "UTFYZRQJ5YF");
    }

    #[test]
    fn a_conversation_has_one_id_however_it_is_written() {
        let member = Member::new("ana", "Ana", "ana@example.com", "");
        let (user, direct) = (member.id.clone(), member.direct_id());
        let workspace = Workspace { members: vec![member], channels: vec![Channel::new("#ops")] };
        let id = |word: &str| workspace.conversation(word).map(|conversation| conversation.id());
        assert_eq!(id("#ops"), Some(Channel::new("ops").id));
        assert_eq!(id("ops"), id(&Channel::new("ops").id));
        assert_eq!((id(&user), id(&direct)), (Some(direct.clone()), Some(direct)));
        assert_eq!(id("nowhere"), None);
    }

    #[test]
    fn f28_the_impostor_has_a_name_of_an_approver_and_an_id_of_its_own() {
        let copy = impostor("Ana Lima", "ana.lima@hollinmere.example");
        assert_eq!(
            (copy.real_name.as_str(), copy.email.as_str()),
            ("Ana Lima", "ana.lima@hollinrnere.example")
        );
        assert_ne!(copy.id, Member::new("ana.lima", "", "", "").id);
    }
}
