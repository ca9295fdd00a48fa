"""What zeep, which refuses elements out of the WSDL's order, gets from the emulator. Prints JSON; run by the tests."""

import json
import sys
from pathlib import Path
from urllib.request import Request, urlopen

from lxml import etree
from zeep import Client
from zeep.helpers import serialize_object

url, client_id, secret, account = sys.argv[1:]
form = {"grant_type": "client_credentials", "client_id": client_id, "client_secret": secret, "account_id": account}
request = Request(f"{url}/v2/token", json.dumps(form).encode(), {"Content-Type": "application/json"})  # noqa: S310
with urlopen(request, timeout=30) as answer:  # noqa: S310 - loopback
    token = json.load(answer)["access_token"]
header = etree.Element("{http://exacttarget.com}fueloauth")
header.text = token
client = Client(str(Path(__file__).with_name("partner.wsdl")))
service = client.create_service("{http://exacttarget.com/wsdl/partnerAPI}SoapBinding", f"{url}/Service.asmx")
types = client.type_factory("http://exacttarget.com/wsdl/partnerAPI")
said = {}


def retrieve(kind, *names, **more):
    wanted = types.RetrieveRequest(ObjectType=kind, Properties=list(names), **more)
    return service.Retrieve(RetrieveRequest=wanted, _soapheaders=[header])


TYPES = {
    "Subscriber": "ID EmailAddress SubscriberKey Status EmailTypePreference CreatedDate Client.ID",
    "ListSubscriber": "ID ListID SubscriberKey Status CreatedDate",
    "List": "ID ListName Category Type ListClassification",
    "DataFolder": "ID Name ParentFolder.ID ParentFolder.Name ContentType IsActive",
    "DataExtension": "ObjectID CustomerKey Name IsSendable SendableDataExtensionField.Name CategoryID Status",
    "DataExtensionField": "Name FieldType MaxLength IsPrimaryKey IsRequired Ordinal DataExtension.CustomerKey",
    "Send": "ID Email.ID FromName FromAddress Subject NumberSent UniqueOpens SentDate Status NumberExcluded",
    "TriggeredSendDefinition": "CustomerKey Name TriggeredSendStatus Email.ID List.ID BccEmail FromAddress",
    "TriggeredSendSummary": "CustomerKey Sent Bounces Opens UniqueClicks OptOuts Queued",
    "SendClassification": "CustomerKey Name SendClassificationType SenderProfile.CustomerKey ArchiveEmail",
    "QueryDefinition": "ObjectID CustomerKey Name QueryText DataExtensionTarget.CustomerKey TargetUpdateType CategoryID",
    "Email": "ID Name Subject CategoryID IsActive EmailType",
    "BusinessUnit": "ID Name ParentID City Country IsActive",
    "SentEvent": "SendID SubscriberKey EventDate EventType BatchID",
    "ClickEvent": "SendID SubscriberKey URL URLID",
    "BounceEvent": "SendID SubscriberKey SMTPCode SMTPReason BounceType BounceCategory",
    "UnsubEvent": "SendID SubscriberKey List.ID IsMasterUnsubscribed",
    "DataExtensionObject[Customer_Master]": "SubscriberKey EmailAddress LastName",
}
for kind, names in TYPES.items():
    found = retrieve(kind, *names.split(), Options=types.RetrieveOptions(BatchSize=3))
    said[kind] = [found.OverallStatus, len(found.Results), type(found.Results[0]).__name__]

page = retrieve("Subscriber", "SubscriberKey", Options=types.RetrieveOptions(BatchSize=90))
keys = [one.SubscriberKey for one in page.Results]
while page.OverallStatus == "MoreDataAvailable":
    following = types.RetrieveRequest(ContinueRequest=page.RequestID)
    page = service.Retrieve(RetrieveRequest=following, _soapheaders=[header])
    keys += [one.SubscriberKey for one in page.Results]
said["keys"] = [len(keys), len(set(keys))]

key = types.SimpleFilterPart(Property="SubscriberKey", SimpleOperator="equals", Value=["zeep"])
status = types.SimpleFilterPart(Property="Status", SimpleOperator="equals", Value=["Active"])
both = types.ComplexFilterPart(LeftOperand=key, LogicalOperator="AND", RightOperand=status)
person = types.Subscriber(EmailAddress="zeep@example.com", SubscriberKey="zeep")
made = [service.Create(Options=None, Objects=[person], _soapheaders=[header]) for _ in range(2)]
said["created"] = [[one.Results[0].StatusCode, one.Results[0].ErrorCode, one.OverallStatus] for one in made]
said["filtered"] = [one.EmailAddress for one in retrieve("Subscriber", "EmailAddress", Filter=both).Results]
said["deleted"] = service.Delete(Options=None, Objects=[person], _soapheaders=[header]).OverallStatus
asked = types.ArrayOfObjectDefinitionRequest([types.ObjectDefinitionRequest(ObjectType="Subscriber")])
described = service.Describe(DescribeRequests=asked, _soapheaders=[header])
properties = serialize_object(
    described.body.ObjectDefinition if hasattr(described, "body") else described.ObjectDefinition
)
said["described"] = [one["Name"] for one in properties[0]["Properties"]]
sys.stdout.write(json.dumps(said))
