import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Permission } from "#lib/access/permissions.ts";

/** Everything that can be asked of the web server, as the file tree has it. */

const app = join(import.meta.dirname, "../app");

export interface ActionEndpoint {
	/** `app/actions/runs/runs.ts#applyRunAction`. */
	readonly name: string;
	/** null: for those who have not signed in. */
	readonly permission: Permission | null;
}

export interface RouteEndpoint {
	/** With sample values for what is in brackets. */
	readonly path: string;
	readonly file: string;
	readonly methods: readonly string[];
	/** Of routes that answer by `answer`. */
	readonly permission: Permission;
	readonly source: string;
}

/** @throws Error for a server action that is not made by `validatedAction` or `publicAction`. */
export function listActions(): readonly ActionEndpoint[] {
	return sourceFiles(/\.tsx?$/)
		.filter(({ source }) => /["']use server["']/.test(source))
		.flatMap(({ file, source }) => {
			if (!/^\s*"use server";/.test(source))
				throw new Error(`${file}: "use server" stands first in files of app/actions.`);
			const exported = [...source.matchAll(/^export\s+(?!type\b|interface\b).*$/gm)].map(([line]) => line);
			return exported.map((line) => actionIn(line, file, source));
		});
}

function actionIn(line: string, file: string, source: string): ActionEndpoint {
	const [, action = "", kind] = /^export const (\w+) = (validated|public)Action\(/.exec(line) ?? [];
	const [, permission] = new RegExp(`export const ${action} = validatedAction\\(\\s*"([\\w.-]+)"`).exec(source) ?? [];
	if (kind === undefined || (kind === "validated") !== (permission !== undefined)) {
		throw new Error(`${file}: ${line} does not say who may do that.`);
	}
	return { name: `${file}#${action}`, permission: (permission as Permission | undefined) ?? null };
}

export function listRoutes(): readonly RouteEndpoint[] {
	return sourceFiles(/\/route\.tsx?$/).map(({ file, source }) => ({
		file,
		source,
		path: pathOf(file),
		permission: (/,\s*"([a-z-]+\.[a-z-]+)",?\s*\);/.exec(source)?.[1] ?? "catalogue.read") as Permission,
		methods: [...source.matchAll(/^export .*\b(GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS)\b/gm)].map(
			([, method = ""]) => method,
		),
	}));
}

/** Paths of all pages. */
export function listPages(): readonly { readonly path: string; readonly file: string; readonly source: string }[] {
	return sourceFiles(/\/page\.tsx?$/).map(({ file, source }) => ({ file, source, path: pathOf(file) }));
}

function sourceFiles(name: RegExp) {
	return readdirSync(app, { withFileTypes: true, recursive: true })
		.filter((entry) => entry.isFile())
		.map((entry) => join(entry.parentPath, entry.name))
		.filter((file) => name.test(file))
		.map((file) => ({ file: `app${file.slice(app.length)}`, source: readFileSync(file, "utf8") }))
		.toSorted((a, b) => (a.file < b.file ? -1 : 1));
}

function pathOf(file: string): string {
	const path = file.replace(/^app|\/(?:route|page)\.tsx?$/g, "").replace(/\/\([^)]*\)/g, "");
	return path.replaceAll("[id]", "NO_SUCH").replaceAll(/\[+[^\]]+\]+/g, "999999") || "/";
}
