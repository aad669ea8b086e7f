"""Believes `X-Auth-Token: user:project:role[,role]`, so that a test can be many projects without Keystone. Anything else is a 401."""
import webob.exc
from glance import context
from glance.api.middleware.context import BaseContextMiddleware


class FakeAuth(BaseContextMiddleware):
    @classmethod
    def factory(cls, global_conf, **local_conf):
        return cls

    def process_request(self, req):
        token = req.headers.get('X-Auth-Token', '')
        parts = token.split(':')
        if len(parts) != 3 or token.startswith('bad'):
            raise webob.exc.HTTPUnauthorized()
        user, project, roles = parts[0], parts[1], parts[2].split(',')
        req.context = context.RequestContext(
            user_id=user, project_id=project, roles=roles, is_admin='admin' in roles, auth_token=token)
