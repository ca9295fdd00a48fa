// The independent client `sfmc-sdk` against a loopback Marketing Cloud; prints JSON. Its auth URL must look like a
// tenant's, so the one request to it is sent to the loopback address; every other address comes from the token answer.
import { axiosInstance, RestError, SOAPError } from './node_modules/sfmc-sdk/lib/util.js';
import SDK from './node_modules/sfmc-sdk/lib/index.js';

const [url, clientId, clientSecret, account] = process.argv.slice(2);
const tenant = 'https://mc0000000000000000000000000a.auth.marketingcloudapis.com/';
axiosInstance.interceptors.request.use((request) =>
  request.baseURL === tenant ? { ...request, baseURL: `${url}/` } : request,
);
const login = { client_id: clientId, client_secret: clientSecret, auth_url: tenant, account_id: Number(account) };
const sdk = new SDK(login, { requestAttempts: 1, retryOnConnectionError: false });
const failed = async (promise) => {
  try {
    await promise;
    return 'no error';
  } catch (error) {
    const kind = error instanceof SOAPError ? 'SOAPError' : error instanceof RestError ? 'RestError' : error.constructor.name;
    return [kind, error.code ?? null, error.message];
  }
};

const said = {};
const journeys = await sdk.rest.getBulk('/interaction/v1/interactions?mostRecentVersionOnly=false', 5);
said.journeys = [journeys.items.length, new Set(journeys.items.map((one) => one.id)).size];
const rows = await sdk.rest.getBulk('/data/v1/customobjectdata/key/Customer_Master/rowset', 80);
said.rows = rows.items.length;
const people = await sdk.soap.retrieveBulk('Subscriber', ['SubscriberKey', 'EmailAddress'], { options: { BatchSize: 70 } });
said.people = [people.Results.length, new Set(people.Results.map((one) => one.SubscriberKey)).size, people.OverallStatus];
const found = await sdk.soap.retrieve('Subscriber', ['EmailAddress'], {
  filter: { leftOperand: 'EmailAddress', operator: 'equals', rightOperand: 'bakers@example.com' },
});
said.found = found.Results.map((one) => one.EmailAddress);
const person = { EmailAddress: 'node@example.com', SubscriberKey: 'node' };
said.created = (await sdk.soap.create('Subscriber', person, {})).OverallStatus;
said.again = await failed(sdk.soap.create('Subscriber', person, {}));
said.deleted = (await sdk.soap.delete('Subscriber', { SubscriberKey: 'node' }, {})).OverallStatus;
said.missing = await failed(sdk.rest.get('/interaction/v1/interactions/none'));
said.unknown = await failed(sdk.soap.retrieve('Nonsense', ['ID'], {}));
said.described = (await sdk.soap.describe('Subscriber')).ObjectDefinition.Properties.length;
console.log(JSON.stringify(said));
