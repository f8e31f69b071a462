//! What a mail says, in the customer's language.

use cpor_rules::edition::ConsentEmail;
use cpor_rules::{Draft, MailLanguage, catalog};
use serde::{Deserialize, Serialize};

/// Characters of a tenant ID that are shown where no domain is known.
const TENANT_SHOWN: usize = 8;

/// What is known when the mail is put into the outbox.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Letter {
    pub(crate) language: MailLanguage,
    /// Whether the association exists already.
    pub(crate) is_approved: bool,
    /// Name of the partner.
    pub(crate) partner: String,
    /// Whom the customer can ask there: name and address.
    pub(crate) ask: (String, String),
    /// Name and address of the customer's contact.
    pub(crate) to: (String, String),
    /// The portal administrator, where known.
    pub(crate) copy_to: Option<String>,
    /// Names of the items.
    pub(crate) items: Vec<String>,
    /// The customer's domain or the beginning of the tenant ID.
    pub(crate) customer: String,
}

impl Letter {
    /// What the draft tells; the partner's name and the copy are not in it.
    pub(crate) fn about(draft: &Draft) -> Self {
        let (contact, partner) = (&draft.customer_contact, &draft.partner_contact);
        Self {
            language: draft.mail_language,
            is_approved: draft.edition.get().consent_email == ConsentEmail::OnApproval,
            partner: String::new(),
            ask: (one_line(&partner.name), one_line(&partner.email)),
            to: (one_line(&contact.name), one_line(&contact.email)),
            copy_to: None,
            items: item_names(draft),
            customer: customer(draft),
        }
    }
}

/// Names of the claimed items.
pub(crate) fn item_names(draft: &Draft) -> Vec<String> {
    draft.claimed_items().into_iter().map(|code| one_line(catalog::display_name(code))).collect()
}

/// The customer as shown to whoever holds the link.
pub(crate) fn customer(draft: &Draft) -> String {
    if draft.domain.is_empty() {
        draft.tenant_id.chars().take(TENANT_SHOWN).chain(['…']).collect()
    } else {
        draft.domain.clone()
    }
}

/// What was typed, on one line: no control characters, which could begin a
/// header of their own, and none that turn the direction of the text.
pub(super) fn one_line(typed: &str) -> String {
    let is_hidden = |c: char| {
        c.is_control()
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
    };
    let plain: String = typed.chars().map(|c| if is_hidden(c) { ' ' } else { c }).collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The parts of the mail, without form.
pub(crate) struct Words {
    pub(crate) subject: String,
    pub(super) greeting: String,
    pub(super) asks: String,
    pub(super) items_heading: &'static str,
    pub(super) seen_heading: &'static str,
    pub(super) seen: &'static [&'static str],
    pub(super) unseen_heading: &'static str,
    pub(super) unseen: &'static [&'static str],
    pub(super) nothing_to_do: &'static str,
    pub(super) decline: &'static str,
    pub(super) link: &'static str,
    pub(super) questions: String,
    pub(super) sender: &'static str,
}

impl Letter {
    pub(crate) fn words(&self) -> Words {
        match self.language {
            MailLanguage::English => self.english(),
            MailLanguage::TraditionalChinese => self.chinese(),
        }
    }

    fn english(&self) -> Words {
        let Self { partner, customer, .. } = self;
        let (name, address) = &self.ask;
        Words {
            subject: format!("{partner} asks to be named as your partner"),
            greeting: format!("Hello {},", self.to.0),
            asks: if self.is_approved {
                format!(
                    "Microsoft has named {partner} as the partner that works with {customer} on \
                     the products below, as {partner} had asked."
                )
            } else {
                format!(
                    "{partner} asks Microsoft to be named as the partner that works with \
                     {customer} on the products below."
                )
            },
            items_heading: "Products",
            seen_heading: "What the partner will see",
            seen: &[
                "How many people use these products each month.",
                "How many seats you pay for.",
            ],
            unseen_heading: "What the partner will not see",
            unseen: &[
                "Your files, mails, chats and meetings.",
                "Who uses what: there are numbers and no names.",
                "Your passwords. The partner gets no access to your systems.",
            ],
            nothing_to_do: "You need not do anything. It costs you nothing and changes no contract.",
            decline: "If you do not want this, you can decline at any time:",
            link: "Read more or decline",
            questions: format!("Questions? Ask {name} at {partner}: {address}"),
            sender: "This mail was sent by a program. Nobody reads answers to it.",
        }
    }

    fn chinese(&self) -> Words {
        let Self { partner, customer, .. } = self;
        let (name, address) = &self.ask;
        Words {
            subject: format!("{partner} 申請登記為貴公司的合作夥伴"),
            greeting: format!("{} 您好：", self.to.0),
            asks: if self.is_approved {
                format!(
                    "Microsoft 已依 {partner} 的申請，將其登記為協助 {customer} 使用下列產品的合作夥伴。"
                )
            } else {
                format!("{partner} 向 Microsoft 申請登記為協助 {customer} 使用下列產品的合作夥伴。")
            },
            items_heading: "產品",
            seen_heading: "合作夥伴會看到的資料",
            seen: &["每月使用這些產品的人數。", "貴公司付費的授權數量。"],
            unseen_heading: "合作夥伴不會看到的資料",
            unseen: &[
                "貴公司的檔案、郵件、聊天與會議內容。",
                "誰使用了什麼：只有人數，沒有姓名。",
                "貴公司的密碼。合作夥伴不會取得任何系統存取權。",
            ],
            nothing_to_do: "您不需要做任何事。這不會產生費用，也不會變更任何合約。",
            decline: "若您不同意，隨時可以拒絕：",
            link: "瞭解詳情或拒絕",
            questions: format!("如有疑問，請洽 {partner} 的 {name}：{address}"),
            sender: "本郵件由系統自動寄出，請勿回覆。",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_typed_becomes_one_line() {
        assert_eq!(one_line("Ana\r\nBcc: x@y.example"), "Ana Bcc: x@y.example");
        assert_eq!(one_line(" a\u{0}\u{2028}b\t c\u{202e}"), "a b c");
        assert_eq!(one_line("陳 小姐"), "陳 小姐");
    }

    #[test]
    fn without_a_domain_a_part_of_the_tenant_is_shown() {
        let draft = Draft { tenant_id: "72f988bf-86f1-41af".into(), ..Draft::default() };
        assert_eq!(customer(&draft), "72f988bf…");
        assert_eq!(customer(&Draft { domain: "contoso.com".into(), ..draft }), "contoso.com");
    }
}
