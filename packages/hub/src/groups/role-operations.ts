import type { GroupId, GroupsFile, RoleConfig } from '@agor/protocol';
import { notFound, rejected } from '../failure.ts';
import { requireGroup, withGroup } from './group-operations.ts';
import type { GroupsFileStore } from './groups-store.ts';

/** Roles that agor knows, or that nobody can have: none of them can be made up. */
const OWN_NAMES: readonly string[] = ['manager', 'architect', 'tester', 'reviewer', 'admin', 'system', 'project'];
/** More make no difference that anybody remembers. */
const MAX_ROLES = 30;

/** Adds a role to a group, or changes the one of that id. Throws `Failure`: no such group, a name that is agor's own, too many. */
export function setRole(store: GroupsFileStore, groupId: GroupId, role: RoleConfig): void {
  store.change((file) => {
    const { name, roles = [] } = requireGroup(file, groupId);
    if (OWN_NAMES.includes(role.id))
      throw rejected(`"${role.id}" is a role of agor's own. Give yours another name; it can have the same rights.`);
    const known = roles.some(({ id }) => id === role.id);
    if (!known && roles.length >= MAX_ROLES)
      throw rejected(`The group "${name}" has ${MAX_ROLES} roles of its own already. Remove one that nobody has.`);
    const next = known ? roles.map((one) => (one.id === role.id ? { ...one, ...role } : one)) : [...roles, role];
    return { file: withRoles(file, groupId, next), result: undefined };
  });
}

/** Throws `Failure`: no such group or role, or an agent that has it, whom it names. */
export function removeRole(store: GroupsFileStore, groupId: GroupId, roleId: string): void {
  store.change((file) => {
    const { name, agents = [], roles = [] } = requireGroup(file, groupId);
    const role = roles.find(({ id }) => id === roleId);
    if (!role)
      throw notFound(`The group "${name}" has no role "${roleId}"; it may have been removed in another window.`);
    const held = agents.filter((agent) => agent.role === roleId).map((agent) => `"${agent.name}"`);
    if (held.length > 0)
      throw rejected(
        `${held.join(', ')} ${held.length === 1 ? 'has' : 'have'} the role "${role.label}". Give ${held.length === 1 ? 'it' : 'them'} another before it is removed.`,
      );
    const rest = roles.filter(({ id }) => id !== roleId);
    return { file: withRoles(file, groupId, rest), result: undefined };
  });
}

function withRoles(file: GroupsFile, groupId: GroupId, roles: RoleConfig[]): GroupsFile {
  return withGroup(file, groupId, (group) => ({ ...group, roles }));
}
