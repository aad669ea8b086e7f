"""What openstacksdk makes of configurations. Reads a list of cases as JSON from its input, writes a list of answers.

A case has `cwd`, `env` (all of it) and is loaded as if a program had been started there. The answer has for each cloud and region what would be
sent to Keystone, and where to, without a network: the session is answered from here.
"""
import importlib
import json
import os
import sys
import warnings

import keystoneauth1.session
import openstack.config.loader
import requests

warnings.simplefilter('ignore')
sent = None


class Sent(Exception):
    pass


def version(url):
    return {'id': 'v3.14', 'status': 'stable', 'links': [{'rel': 'self', 'href': url + '/'}]}


def answer(self, url, method, json=None, **_):
    global sent
    if method == 'POST':
        sent = {'url': url, 'body': json}
        raise Sent()
    bare = url.rstrip('/')
    body = {'version': version(bare)} if bare.endswith('/v3') else {'versions': {'values': [version(bare + '/v3')]}}
    response = requests.Response()
    response.status_code = 200
    response.url = url
    response.headers['Content-Type'] = 'application/json'
    response._content = __import__('json').dumps(body).encode()
    return response


keystoneauth1.session.Session.request = answer


def one(config, name, region):
    global sent
    cloud = config.get_one(name, region_name=region)
    verify, cert = cloud.get_requests_verify_args()
    found = {
        'region': cloud.get_region_name('image'),
        'interface': cloud.get_interface('image'),
        'override': cloud.get_endpoint('image'),
        'verify': verify,
        'cert': cert,
    }
    plugin = cloud.get_auth()
    session = cloud.get_session()
    if cloud.config['auth_type'] in ('none', 'admin_token'):
        found['endpoint'] = plugin.get_endpoint(session)
        found['token'] = plugin.get_token(session)
        return found
    sent = None
    try:
        plugin.get_auth_ref(session)
    except Sent:
        found.update(sent)
    return found


def load(case):
    os.chdir(case['cwd'])
    os.environ.clear()
    os.environ.update(case['env'])
    loader = importlib.reload(openstack.config.loader)
    clouds = []
    try:
        config = loader.OpenStackConfig()
    except Exception as error:
        return {'error': repr(error), 'clouds': []}
    for name in config.get_cloud_names():
        try:
            regions = [region['name'] for region in config._get_regions(name)]
        except Exception as error:
            clouds.append({'name': name, 'error': repr(error)})
            continue
        for region in regions:
            try:
                clouds.append({'name': name, **one(config, name, region)})
            except Exception as error:
                clouds.append({'name': name, 'error': repr(error)})
    return {'error': None, 'default': config.default_cloud, 'clouds': clouds}


print(json.dumps([load(case) for case in json.load(sys.stdin)]))
