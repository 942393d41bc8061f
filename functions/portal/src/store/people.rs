//! People and groups: the authority on who may request and decide, at the moment of the click.

use std::collections::{BTreeMap, BTreeSet};

use catalog_model::CatalogIndex;
use serde::{Deserialize, Serialize};

use super::error::Kind;
use super::{Item, Store, StoreError, item, keys};
use crate::AwsError;
use crate::domain::Person;

/// A group as an item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Group {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The team it belongs to.
    pub team: String,
    /// Ids of its people.
    pub members: Vec<String>,
}

/// What was written from the catalog, so that whoever leaves it can be removed.
#[derive(Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Directory {
    people: BTreeSet<String>,
    groups: BTreeSet<String>,
}

impl Store {
    /// The person with this subject.
    pub async fn person(&self, id: &str) -> Result<Option<Person>, StoreError> {
        self.read(keys::person(id)).await
    }

    /// The group with this id.
    pub async fn group(&self, id: &str) -> Result<Option<Group>, StoreError> {
        self.read(keys::group(id)).await
    }

    /// Writes a person: from claims at sign-in, or from a directory.
    pub async fn put_person(&self, person: &Person) -> Result<(), StoreError> {
        self.put(item::to_item(keys::person(&person.id), Kind::Person, person)?).await
    }

    /// Makes people and groups those of the catalog's teams. Whoever is no longer in it is removed,
    /// and with them every right they had.
    pub async fn seed_people(&self, index: &CatalogIndex) -> Result<(), StoreError> {
        let (people, groups) = (people_of(index), groups_of(index));
        for person in people.values() {
            self.put_person(person).await?;
        }
        for group in groups.values() {
            self.put(item::to_item(keys::group(&group.id), Kind::Group, group)?).await?;
        }
        let known: Directory = self.read(keys::directory()).await?.unwrap_or_default();
        for gone in known.people.iter().filter(|id| !people.contains_key(*id)) {
            self.remove(keys::person(gone)).await?;
        }
        for gone in known.groups.iter().filter(|id| !groups.contains_key(*id)) {
            self.remove(keys::group(gone)).await?;
        }
        let directory =
            Directory { people: people.into_keys().collect(), groups: groups.into_keys().collect() };
        self.put(item::to_item(keys::directory(), Kind::Group, &directory)?).await
    }

    /// Writes an item, whatever was there.
    pub(super) async fn put(&self, stored: Item) -> Result<(), StoreError> {
        let put = self.client.put_item().table_name(&self.main).set_item(Some(stored));
        Ok(put.send().await.map(drop).map_err(AwsError::from)?)
    }

    /// Removes an item, whether it is there or not.
    pub(super) async fn remove(&self, key: keys::Key) -> Result<(), StoreError> {
        let delete = self.client.delete_item().table_name(&self.main).set_key(Some(key.item()));
        Ok(delete.send().await.map(drop).map_err(AwsError::from)?)
    }
}

fn groups_of(index: &CatalogIndex) -> BTreeMap<String, Group> {
    let each = index.teams.iter().flat_map(|(team, file)| {
        file.groups.iter().map(move |(id, group)| Group {
            id: id.clone(),
            name: group.name.clone(),
            team: team.clone(),
            members: group.members.clone(),
        })
    });
    each.map(|group| (group.id.clone(), group)).collect()
}

/// A group may hold people of other teams, so groups are collected from all of them.
fn people_of(index: &CatalogIndex) -> BTreeMap<String, Person> {
    let groups = groups_of(index);
    let mut people = BTreeMap::<String, Person>::new();
    for (team, file) in &index.teams {
        for person in &file.people {
            let known = people.entry(person.id.clone()).or_insert_with(|| Person {
                id: person.id.clone(),
                name: person.name.clone(),
                email: person.email.clone(),
                title: person.title.clone(),
                groups: groups_with(&groups, &person.id),
                teams: Vec::new(),
            });
            known.teams.push(team.clone());
        }
    }
    people
}

fn groups_with(groups: &BTreeMap<String, Group>, person: &str) -> Vec<String> {
    let with = groups.values().filter(|group| group.members.iter().any(|member| member == person));
    with.map(|group| group.id.clone()).collect()
}
