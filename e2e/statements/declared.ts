import { join } from "node:path";
import { type Node, SyntaxKind } from "typescript/unstable/ast";
import {
	isNoSubstitutionTemplateLiteral,
	isTaggedTemplateExpression,
	isTemplateExpression,
} from "typescript/unstable/ast/is";
import { API, type Checker, SymbolFlags, type Type, TypeFlags } from "typescript/unstable/sync";

/** The row types of statements as the sources declare them, by TypeScript's own checker. */

/** What a value is in TypeScript; an array is `number array`. */
export type Kind = string;
/** The kind that agrees with every other one: JSON, `unknown`. */
export const anything: Kind = "anything";

export interface DeclaredColumn {
	readonly name: string;
	readonly kinds: readonly Kind[];
	/** String literals, where the type is made of such. */
	readonly literals: readonly string[] | null;
	readonly isNullable: boolean;
	readonly isOptional: boolean;
}

export interface DeclaredStatement {
	/** `lib/…:line`. */
	readonly place: string;
	/** The template's own pieces of text. */
	readonly strings: readonly string[];
	/** The columns of its row type; "untyped": rows of anything; "generic": the callers say what rows are. */
	readonly rows: readonly DeclaredColumn[] | "untyped" | "generic";
}

/** Every statement and fragment of the product: not those of tests and of what serves tests. */
export function declaredStatements(root: string): readonly DeclaredStatement[] {
	const api = new API({ cwd: root });
	try {
		const configuration = join(root, "tsconfig.json");
		const project = api.updateSnapshot({ openProjects: [configuration] }).getProject(configuration);
		if (project === undefined) throw new Error(`${configuration} cannot be opened.`);
		const { program, checker } = project;
		const found: DeclaredStatement[] = [];
		for (const name of program.getSourceFileNames()) {
			const path = name.slice(root.length + 1);
			if (!name.startsWith(`${root}/`) || !isProduct(path)) continue;
			const source = program.getSourceFile(name);
			if (source === undefined) throw new Error(`${path} cannot be read.`);
			const visit = (node: Node): void => {
				if (isTaggedTemplateExpression(node)) {
					const rows = rowsOf(checker, node);
					const { line } = source.getLineAndCharacterOfPosition(node.getStart(source));
					if (rows !== null) found.push({ place: `${path}:${line + 1}`, strings: piecesOf(node.template), rows });
				}
				node.forEachChild(visit);
			};
			visit(source);
		}
		return found;
	} finally {
		api.close();
	}
}

function isProduct(path: string): boolean {
	return /^(lib|app)\//.test(path) && !/\.test\.tsx?$|\/testing\/|testing(-\w+)?\.ts$/.test(path);
}

function piecesOf(template: Node): readonly string[] {
	if (isNoSubstitutionTemplateLiteral(template)) return [template.text];
	if (!isTemplateExpression(template)) throw new Error(`${SyntaxKind[template.kind]} is no template.`);
	return [template.head.text, ...template.templateSpans.map(({ literal }) => literal.text)];
}

/** null: the template is not the driver's. */
function rowsOf(checker: Checker, template: Node): DeclaredStatement["rows"] | null {
	const query = checker.getTypeAtLocation(template);
	if (query?.getSymbol()?.name !== "PendingQuery" || !query.isTypeReference()) return null;
	const list = checker.getTypeArguments(query)[0];
	if (!list?.isTypeReference()) return list?.isTypeParameter() ? "generic" : "untyped";
	const row = checker.getTypeArguments(list)[0];
	if (row === undefined || checker.getIndexInfosOfType(row).length > 0) return "untyped";
	if (row.isTypeParameter()) return "generic";
	const properties = checker.getPropertiesOfType(row);
	if (properties.length === 0) return "untyped";
	return properties.map((property) => {
		const type = checker.getTypeOfSymbol(property);
		if (type === undefined) throw new Error(`The type of ${property.name} is not known.`);
		const parts = type.isUnionType() ? type.getTypes() : [type];
		const values = parts.filter(({ flags }) => (flags & (TypeFlags.Null | TypeFlags.Undefined)) === 0);
		const literals = values.filter((part) => part.isStringLiteralType()).map(({ value }) => value);
		return {
			name: property.name,
			kinds: [...new Set(values.map((part) => kindOf(checker, part)))],
			literals: literals.length === values.length ? literals : null,
			isNullable: parts.length > values.length,
			isOptional: (property.flags & SymbolFlags.Optional) !== 0,
		};
	});
}

function kindOf(checker: Checker, type: Type): Kind {
	if ((type.flags & TypeFlags.StringLike) !== 0) return "string";
	if ((type.flags & TypeFlags.NumberLike) !== 0) return "number";
	if ((type.flags & TypeFlags.BooleanLike) !== 0) return "boolean";
	if (checker.isArrayLikeType(type)) {
		const elements = type.isTypeReference() ? checker.getTypeArguments(type).slice(0, 1) : [];
		const [element = anything] = elements.map((part) => kindOf(checker, part));
		return element === "object" || element.endsWith("array") ? `${anything} array` : `${element} array`;
	}
	if (type.getSymbol()?.name === "Date") return "date";
	if (type.isUnionType()) {
		const kinds = new Set(type.getTypes().map((part) => kindOf(checker, part)));
		return kinds.size === 1 ? [...kinds].join() : anything;
	}
	return type.isObjectType() || type.isIntersectionType() ? "object" : anything;
}
