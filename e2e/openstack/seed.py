"""Makes the projects, users, roles and endpoints in Keystone. Standard library only; may be run again, also after ports changed.

Reads from stdin: {keystoneUrl, glanceUrl, region, adminPassword, users: [{name, password, grants: {project: [role, ...]}}]}
"""
import json
import sys
import urllib.request

wanted = json.load(sys.stdin)
token = None


def call(method, path, body=None):
    headers = {'Content-Type': 'application/json', **({'X-Auth-Token': token} if token else {})}
    data = None if body is None else json.dumps(body).encode()
    with opener.open(urllib.request.Request(wanted['keystoneUrl'] + path, method=method, data=data, headers=headers)) as answer:
        text = answer.read()
        return answer.headers, json.loads(text) if text else None


def find(kind, name):
    rows = call('GET', '/%s?name=%s' % (kind, name))[1][kind]
    return rows[0]['id'] if rows else None


def ensure(kind, one, name, **body):
    return find(kind, name) or call('POST', '/' + kind, {one: {'name': name, **body}})[1][one]['id']


def endpoints(service, url):
    have = {row['interface']: row for row in call('GET', '/endpoints?service_id=' + service)[1]['endpoints']}
    for interface in ('public', 'internal', 'admin'):
        row = have.get(interface)
        if row is None:
            call('POST', '/endpoints', {'endpoint': {
                'service_id': service, 'interface': interface, 'url': url, 'region_id': wanted['region']}})
        elif row['url'] != url:
            call('PATCH', '/endpoints/' + row['id'], {'endpoint': {'url': url}})


# No proxy of the environment: everything is on loopback.
opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
default = {'id': 'default'}
headers, _ = call('POST', '/auth/tokens', {'auth': {
    'identity': {'methods': ['password'], 'password': {'user': {'name': 'admin', 'domain': default, 'password': wanted['adminPassword']}}},
    'scope': {'project': {'name': 'admin', 'domain': default}}}})
token = headers['X-Subject-Token']

roles = {role['name']: role['id'] for role in call('GET', '/roles')[1]['roles']}
names = {project for user in wanted['users'] for project in user['grants']}
projects = {name: ensure('projects', 'project', name, domain_id='default') for name in sorted(names)}
for user in wanted['users']:
    user_id = ensure('users', 'user', user['name'], domain_id='default', password=user['password'])
    for project, granted in user['grants'].items():
        for role in granted:
            call('PUT', '/projects/%s/users/%s/roles/%s' % (projects[project], user_id, roles[role]))
endpoints(ensure('services', 'service', 'keystone', type='identity'), wanted['keystoneUrl'])
endpoints(ensure('services', 'service', 'glance', type='image'), wanted['glanceUrl'])
