/** The permissions of the roles. This table is the whole rule; `authorised` enforces it, pages only follow it. Client-safe. */

export const roles = ["viewer", "operator", "administrator"] as const;
/** Each role includes the permissions of those before it. */
export type Role = (typeof roles)[number];

/** The least role for each action. */
export const leastRoles = {
	"catalogue.read": "viewer",
	"own-account.sign-out": "viewer",
	"own-account.end-sessions": "viewer",
	"own-account.change-password": "viewer",
	"own-account.set-display": "viewer",
	/** One's own saved views. */
	"views.save": "viewer",
	"views.delete": "viewer",
	/** For one's own account, and with no higher role than one's own. */
	"tokens.create": "viewer",
	/** One's own tokens. */
	"tokens.revoke": "viewer",

	"runs.request": "operator",
	"runs.apply": "operator",
	"runs.approve": "operator",
	/** Shows what applying a part of a plan would do. */
	"plans.read": "operator",
	"runs.cancel": "operator",
	"runs.revert": "operator",
	/** Tests a storage as it is configured, also one whose log-in was refused. */
	"storages.test": "operator",
	/** Exceptions are made by applying or approving a part of a plan. */
	"exceptions.end": "operator",
	/** Restores one dataset that was removed. */
	"datasets.restore": "operator",
	/** Until the files change. */
	"rejections.ignore": "operator",
	"rejections.stop-ignoring": "operator",
	"rejections.retry": "operator",
	"storages.pause": "operator",
	"storages.resume": "operator",
	/** Looks at what lies in it; nothing of any container changes. */
	"storages.look": "operator",
	"storages.cancel-look": "operator",
	"duplicates.search": "operator",
	"duplicates.cancel": "operator",
	/** Compares what is published with a STAC API; nothing changes. */
	"publications.check": "operator",
	"publications.cancel-check": "operator",
	/** Connects, and says what is found there; nothing changes. */
	"targets.test": "operator",
	"targets.check": "operator",
	"targets.push": "operator",
	"targets.adopt": "operator",
	/** What the catalogue says is written over what was adopted, or changed, there. */
	"targets.accept": "operator",
	/** Takes an acceptance back that was not pushed since. */
	"targets.withdraw": "operator",
	"targets.approve": "operator",
	"targets.cancel": "operator",
	"targets.pause": "operator",
	"targets.resume": "operator",
	"problems.acknowledge": "operator",
	"problems.revoke": "operator",
	"problems.recheck": "operator",
	"problems.cancel-recheck": "operator",
	"batches.pause": "operator",
	"batches.resume": "operator",
	"batches.cancel": "operator",
	"batches.retry": "operator",

	/** Shows what saving an edit would do; it looks at all datasets that the edit is about. */
	"edits.read": "administrator",
	/** The folders of storages, of which a source may be made. */
	"folders.read": "administrator",
	"containers.create": "administrator",
	"containers.update": "administrator",
	"containers.delete": "administrator",
	"containers.restore": "administrator",
	"containers.rename": "administrator",
	"containers.split": "administrator",
	"containers.merge": "administrator",
	"storages.create": "administrator",
	"storages.update": "administrator",
	"storages.delete": "administrator",
	"targets.create": "administrator",
	"targets.update": "administrator",
	"targets.delete": "administrator",
	/** Views that all users see. */
	"views.share": "administrator",
	"views.unshare": "administrator",
	"storages.try": "administrator",
	/** Connects with what a form has. */
	"targets.try": "administrator",
	"settings.update": "administrator",
	"channels.edit": "administrator",
	"channels.test": "administrator",
	"users.read": "administrator",
	"users.add": "administrator",
	"users.set-role": "administrator",
	"users.reset-password": "administrator",
	"users.remove": "administrator",
	"users.end-sessions": "administrator",
	"tokens.revoke-any": "administrator",
	"audit.read": "administrator",
} as const satisfies Readonly<Record<string, Role>>;

export type Permission = keyof typeof leastRoles;

export function may(role: Role, permission: Permission): boolean {
	return roles.indexOf(role) >= roles.indexOf(leastRoles[permission]);
}
