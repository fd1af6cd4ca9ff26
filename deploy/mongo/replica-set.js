/**
 * For mongosh: joins the three MongoDB members to the replica set rs0 and makes the API's user. Safe to run again.
 * Environment: MONGO_INITDB_ROOT_USERNAME, MONGO_INITDB_ROOT_PASSWORD, MONGO_APP_PASSWORD.
 */
const required = (name) => {
  if (!process.env[name]) throw new Error(`${name} is not set`);
  return process.env[name];
};
const credentials = ['MONGO_INITDB_ROOT_USERNAME', 'MONGO_INITDB_ROOT_PASSWORD']
  .map((name) => encodeURIComponent(required(name)))
  .join(':');
const members = ['mongo-1:27017', 'mongo-2:27017', 'mongo-3:27017'];
const isNotYetInitialized = (error) => error.code === 94;

const first = connect(`mongodb://${credentials}@${members[0]}/admin?directConnection=true`);
try {
  first.adminCommand({ replSetGetStatus: 1 });
} catch (error) {
  if (!isNotYetInitialized(error)) throw error;
  first.adminCommand({
    replSetInitiate: { _id: 'rs0', members: members.map((host, _id) => ({ _id, host })) },
  });
  print('replica set rs0 initiated');
}

// Waits for the election.
const set = connect(
  `mongodb://${credentials}@${members.join(',')}/admin?replicaSet=rs0&serverSelectionTimeoutMS=60000`,
);
const database = set.getSiblingDB('financeops');
const password = required('MONGO_APP_PASSWORD');
if (database.getUser('financeops') === null) {
  database.createUser({ user: 'financeops', pwd: password, roles: ['readWrite'] });
  print('user financeops made');
} else {
  database.changeUserPassword('financeops', password);
}
print('replica set rs0 is ready');
