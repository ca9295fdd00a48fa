"""What Salesforce-FuelSDK-Sans and FuelSDKWrapper get from the emulator. Prints JSON; run by the tests in a folder of
its own, because the SDK writes files where it stands."""

import json
import sys
import warnings
from pathlib import Path

warnings.simplefilter("ignore")
import FuelSDK  # noqa: E402
from FuelSDKWrapper import ET_API, simple_filter  # noqa: E402

url, client_id, secret, account = sys.argv[1:]
parameters = {
    "clientid": client_id,
    "clientsecret": secret,
    "authenticationurl": url,
    "baseapiurl": f"{url}/",
    "soapendpoint": f"{url}/service.asmx",
    "wsdl_file_local_loc": str(Path(__file__).with_name("partner.wsdl")),
    "useOAuth2Authentication": "True",
    "accountId": account,
    "applicationType": "server",
}
client = FuelSDK.ET_Client(False, False, parameters)
said = {}

people = FuelSDK.ET_Subscriber()
people.auth_stub = client
people.props = ["SubscriberKey", "EmailAddress", "Status"]
people.search_filter = {"Property": "EmailAddress", "SimpleOperator": "equals", "Value": "bakers@example.com"}
found = people.get()
said["found"] = [found.code, found.status, sorted({one.EmailAddress for one in found.results})]

person = FuelSDK.ET_Subscriber()
person.auth_stub = client
person.props = {"EmailAddress": "fuel@example.com", "SubscriberKey": "fuel"}
first, second = person.post(), person.post()
said["posted"] = [first.results[0].StatusCode, second.results[0].StatusCode, second.results[0].ErrorCode]
said["deleted"] = person.delete().results[0].StatusCode

row = FuelSDK.ET_DataExtension_Row()
row.auth_stub = client
row.CustomerKey = row.Name = "Config_Lookup"
row.props = {"ConfigKey": "fuel.key", "ConfigValue": "1"}
said["row"] = row.post().results[0].StatusCode
row.props = ["ConfigKey", "ConfigValue"]
rows = row.get()
cells = [{pair.Name: pair.Value for pair in one.Properties.Property} for one in rows.results]
said["rows"] = [len(cells), [one["ConfigValue"] for one in cells if one["ConfigKey"] == "fuel.key"]]

wrapped = ET_API(params=parameters)
held = wrapped.get_objects("ET_Subscriber", simple_filter("Status", "equals", "Held"), ["SubscriberKey", "Status"])
said["held"] = sorted({one.Status for one in held.results})
wrapped.update_object("ET_DataExtension_Row", None, {"ConfigKey": "fuel.key", "ConfigValue": "2"}, "Config_Lookup")
mine = simple_filter("ConfigKey", "equals", "fuel.key")
read, count = wrapped.get_data_extension_rows_rest("Config_Lookup", mine)
said["updated"] = [count, read[0]["values"]["configvalue"]]
wrapped.delete_object("ET_DataExtension_Row", {"ConfigKey": "fuel.key"}, "Config_Lookup")
said["left"] = wrapped.get_data_extension_rows_rest("Config_Lookup", mine)[1]
everyone, count = wrapped.get_data_extension_rows_rest("Customer_Master", page_size=90)
said["paged"] = [len(everyone), count]
sys.stdout.write(json.dumps(said))
