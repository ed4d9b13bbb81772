export type Fold = "casei" | "accenti";

/** A text as CASEI and ACCENTI compare it: without case (`ß` is `ss`, each sigma is one letter), or without accents. Pure. */
export function folded(fold: Fold, text: string): string {
	if (fold === "accenti") return text.normalize("NFD").replace(/[\u0300-\u036f]/g, "");
	return text.toUpperCase().toLowerCase().replaceAll("ς", "σ");
}
