import { lookupTable } from "#lib/lookup-table.ts";

/** The audit log's actions in words; an action without words is shown by its own name. */

const words = lookupTable<string>({
	"sign-in.done": "signed in",
	"sign-in.failed": "sign-in failed",
	"sign-in.locked": "sign-in locked",
	"own-account.sign-out": "signed out",
	"own-account.end-sessions": "ended own sessions",
	"own-account.change-password": "changed own password",
	"users.set-up": "made a set-up link",
	"users.choose-password": "chose a password by link",
	"users.add": "added a user",
	"users.set-role": "changed a role",
	"users.reset-password": "reset a password",
	"users.remove": "removed a user",
	"users.end-sessions": "ended sessions",
	"tokens.create": "made an API token",
	"tokens.revoke": "revoked an API token",
	"tokens.revoke-any": "revoked an API token",
	"runs.request": "requested runs",
	"runs.apply": "applied a plan",
	"runs.approve": "approved a held run",
	"runs.cancel": "cancelled a run",
	"runs.revert": "reverted a run",
	"exceptions.end": "ended an exception",
	"datasets.restore": "restored a dataset",
	"rejections.ignore": "ignored rejected files",
	"rejections.stop-ignoring": "stopped ignoring rejected files",
	"rejections.retry": "had rejected files read again",
	"problems.acknowledge": "acknowledged a problem",
	"problems.revoke": "revoked an acknowledgement",
	"problems.recheck": "asked to look at a problem's containers again",
	"problems.cancel-recheck": "cancelled looking again",
	"batches.pause": "paused a batch",
	"batches.resume": "resumed a batch",
	"batches.cancel": "cancelled the rest of a batch",
	"batches.retry": "tried a batch's failed containers again",
	"containers.create": "added a container",
	"containers.update": "edited a container",
	"containers.delete": "deleted a container",
	"containers.restore": "restored a container",
	"containers.rename": "renamed a container",
	"containers.split": "planned the split of a container",
	"containers.merge": "planned the merge of containers",
	"storages.create": "added a storage",
	"storages.update": "edited a storage",
	"storages.delete": "deleted a storage",
	"storages.test": "tested a storage",
	"targets.create": "added a target",
	"targets.update": "edited a target",
	"targets.delete": "deleted a target",
	"targets.test": "tested a target",
	"targets.try": "tried out the form of a target",
	"targets.check": "compared a target with the catalogue",
	"targets.push": "asked to push to a target",
	"targets.adopt": "adopted what a target has",
	"targets.accept": "accepted differences of a target",
	"targets.withdraw": "took back the acceptance of differences of a target",
	"targets.approve": "approved a push to a target",
	"targets.cancel": "cancelled a push to a target",
	"targets.pause": "paused a target",
	"targets.resume": "ended the pause of a target",
	"own-account.set-display": "changed time zone or theme",
	"views.save": "saved a view",
	"views.delete": "deleted a view",
	"views.share": "shared a view",
	"views.unshare": "deleted a shared view",
	"storages.pause": "paused a storage",
	"storages.resume": "ended the pause of a storage",
	"storages.look": "asked what lies in a storage",
	"storages.cancel-look": "stopped looking at what lies in a storage",
	"duplicates.search": "searched for duplicates",
	"duplicates.cancel": "stopped the search for duplicates",
	"publications.check": "compared what is published with a STAC API",
	"publications.cancel-check": "stopped comparing what is published",
	"storages.try": "tried out the form of a storage",
	"settings.update": "changed settings",
	"channels.edit": "edited a notification channel",
	"channels.test": "tested a notification channel",
	"secrets.rotate": "rotated the secret",
	"catalogue.restore": "restored a backup",
	"audit.purge": "deleted old entries",
});

export function actionWords(action: string): string {
	return words[action] ?? action;
}

/** First words of actions, for the filter. */
export const areas = [
	["sign-in", "Signing in"],
	["own-account", "Own accounts"],
	["users", "Users"],
	["tokens", "API tokens"],
	["runs", "Runs"],
	["exceptions", "Exceptions"],
	["problems", "Problems"],
	["batches", "Batches"],
	["datasets", "Datasets"],
	["rejections", "Rejections"],
	["containers", "Containers"],
	["storages", "Storages"],
	["targets", "Targets"],
	["views", "Saved views"],
	["settings", "Settings"],
	["channels", "Notifications"],
	["secrets", "Secrets"],
	["catalogue", "Backups"],
	["audit", "Audit log"],
] as const;

export const viaWords = {
	dashboard: "dashboard",
	api: "API",
	"command-line": "command line",
	eosync: "automatic",
} as const;

/** The page of the object; null: it has none. */
export function objectHref(kind: string | null, object: string | null): string | null {
	if (object === null) return null;
	switch (kind) {
		case "run":
			return `/runs/${object}`;
		case "batch":
			return `/batches/${object}`;
		case "container":
			return `/containers/${encodeURIComponent(object)}`;
		case "problem":
			return "/problems";
		case "dataset":
			return `/datasets/${object}`;
		case "storage":
			return "/storages";
		case "target":
			return `/targets/${encodeURIComponent(object)}`;
		case "user":
		case "token":
			return "/users";
		case "settings":
		case "channel":
			return "/settings";
		default:
			return null;
	}
}
