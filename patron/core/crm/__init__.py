"""
The use cases of the CRM, each a function of a session and a command.
"""

from patron.core.crm.assigning import (
    Assignment,
    Trial,
    assignments_of,
    explain_lead,
    give_waiting,
    list_assigned,
    list_waiting,
)
from patron.core.crm.calendar import CalendarQuery, task_calendar
from patron.core.crm.calendar_tokens import calendar_address, calendar_of_token, calendar_secret
from patron.core.crm.campaigns import CampaignView, show_campaign
from patron.core.crm.claiming import Claimable, ClaimLead, claim_lead, list_announced
from patron.core.crm.consents import AddConsent, ConsentView, Permission, add_consent, show_consents
from patron.core.crm.customers import (
    AddCustomer,
    AddedCustomer,
    AddIdentity,
    CustomerView,
    add_customer,
    add_identity,
    show_customer,
)
from patron.core.crm.earlier import record_then
from patron.core.crm.forms import Entry, FilledForm, fill_form
from patron.core.crm.identities import Reach
from patron.core.crm.interactions import (
    AddedInteraction,
    AddInteraction,
    add_interaction,
    follow_contact,
    note_first_contact,
    tell,
)
from patron.core.crm.leads import (
    AddedLead,
    AddLead,
    AssignLead,
    LeadView,
    add_lead,
    assign_lead,
    assign_leads,
    change_lead,
    show_lead,
)
from patron.core.crm.negotiation import Movement, Negotiation, Round
from patron.core.crm.orders import AddOrder, OrderView, add_order, mark_since, show_order
from patron.core.crm.people import AddPerson, ChangedUser, add_team, add_user, change_user
from patron.core.crm.records import (
    AddRecord,
    ChangeRecord,
    Page,
    Query,
    add_record,
    change_record,
    find_id,
    history_of,
    list_records,
    names_of_changes,
    show_record,
)
from patron.core.crm.tasks import AddTask, CompleteTask, add_task, complete_task, conflicts_before, list_tasks
from patron.core.crm.timeline import Event, Timeline, show_timeline
from patron.core.crm.worklist import Call, Why, Worklist, show_worklist

__all__ = [
    "AddConsent",
    "AddCustomer",
    "AddIdentity",
    "AddInteraction",
    "AddLead",
    "AddOrder",
    "AddPerson",
    "AddRecord",
    "AddTask",
    "AddedCustomer",
    "AddedInteraction",
    "AddedLead",
    "AssignLead",
    "Assignment",
    "CalendarQuery",
    "Call",
    "CampaignView",
    "ChangeRecord",
    "ChangedUser",
    "ClaimLead",
    "Claimable",
    "CompleteTask",
    "ConsentView",
    "CustomerView",
    "Entry",
    "Event",
    "FilledForm",
    "LeadView",
    "Movement",
    "Negotiation",
    "OrderView",
    "Page",
    "Permission",
    "Query",
    "Reach",
    "Round",
    "Timeline",
    "Trial",
    "Why",
    "Worklist",
    "add_consent",
    "add_customer",
    "add_identity",
    "add_interaction",
    "add_lead",
    "add_order",
    "add_record",
    "add_task",
    "add_team",
    "add_user",
    "assign_lead",
    "assign_leads",
    "assignments_of",
    "calendar_address",
    "calendar_of_token",
    "calendar_secret",
    "change_lead",
    "change_record",
    "change_user",
    "claim_lead",
    "complete_task",
    "conflicts_before",
    "explain_lead",
    "fill_form",
    "find_id",
    "follow_contact",
    "give_waiting",
    "history_of",
    "list_announced",
    "list_assigned",
    "list_records",
    "list_tasks",
    "list_waiting",
    "mark_since",
    "names_of_changes",
    "note_first_contact",
    "record_then",
    "show_campaign",
    "show_consents",
    "show_customer",
    "show_lead",
    "show_order",
    "show_record",
    "show_timeline",
    "show_worklist",
    "task_calendar",
    "tell",
]
