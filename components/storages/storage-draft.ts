import type { StorageInput } from "#lib/catalog/inputs.ts";
import type { StorageView } from "#lib/catalog/storages/storage-views.ts";
import { storageConfig } from "#lib/storage/config.ts";
import { secretsGoTo } from "#lib/storage/security/address.ts";
import type { StorageType } from "#lib/storage/storage.ts";
import { fieldsByType, type StorageField } from "./storage-fields.ts";

/** A storage as its form holds it. */
export interface StorageDraft {
	readonly name: string;
	readonly type: StorageType;
	/** As typed, by field; switches are `yes` or `no`. What types have in common stays when the type is changed. */
	readonly values: Readonly<Record<string, string>>;
	/** Secrets, or the host key, to remove. */
	readonly removed: readonly string[];
}

/** What every part of the form takes; `errorOf` is by field. */
export interface StorageFormProps {
	readonly draft: StorageDraft;
	readonly set: <K extends keyof StorageDraft>(field: K, value: StorageDraft[K]) => void;
	readonly errorOf: (field: string) => string | undefined;
	/** As it is saved; null: a new one. */
	readonly storage: StorageView | null;
}

export interface StorageFieldProps extends StorageFormProps {
	readonly field: StorageField;
	/** The storage is at the address its secrets were entered for. */
	readonly secretsStay: boolean;
}

export function storageToDraft(storage: StorageView | null): StorageDraft {
	if (storage === null) return { name: "", type: "local", values: {}, removed: [] };
	const { type, ...config } = storage.config;
	const values = Object.entries(config).map(([field, value]) => [
		field,
		typeof value === "boolean" ? (value ? "yes" : "no") : String(value),
	]);
	return { name: storage.name, type, values: Object.fromEntries(values), removed: [] };
}

/** As `storageInput` parses it; nothing is checked here. Secrets that were left empty are left out: they stay. */
export function draftToInput({ name, type, values, removed }: StorageDraft): Record<string, unknown> {
	const input: Record<string, unknown> = { name: name.trim(), type };
	for (const field of fieldsByType[type]) {
		const value = fieldValue(field, values);
		if (isSecret(field) || field.kind === "host-key") {
			if (!isShown(field, values)) input[field.name] = null;
			else if (value !== "") input[field.name] = value;
			else if (removed.includes(field.name)) input[field.name] = null;
		} else if (isShown(field, values)) {
			if (field.kind === "switch") input[field.name] = value === "yes";
			else if (value !== "") input[field.name] = field.kind === "number" ? Number(value) : value;
		}
	}
	return input;
}

/** Secrets are taken as they are: white space may belong to them. */
export function fieldValue({ name, kind, options, initial }: StorageField, values: StorageDraft["values"]): string {
	const value = values[name] ?? initial ?? Object.keys(options ?? {})[0] ?? "";
	return kind === "secret" || kind === "secret-lines" ? value : value.trim();
}

export function isSecret({ kind }: StorageField): boolean {
	return kind === "secret" || kind === "secret-lines";
}

export function isShown({ when }: StorageField, values: StorageDraft["values"]): boolean {
	return when === undefined || values[when[0]] === when[1];
}

/** Whether the form's storage is at another address than the one its secrets were entered for: then none of them stay. */
export function isElsewhere(draft: StorageDraft, storage: StorageView): boolean {
	if (draft.type !== storage.config.type) return true;
	const input = draftToInput(draft) as Partial<StorageInput>;
	const { name: _, ...config } = Object.fromEntries(Object.entries(input).filter(([, value]) => value !== null));
	const parsed = storageConfig.safeParse(config);
	return parsed.success && secretsGoTo(parsed.data) !== secretsGoTo(storage.config);
}
