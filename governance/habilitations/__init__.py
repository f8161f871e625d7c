"""The partner's own record of its accounts on the portal, under the rules of their convention."""
