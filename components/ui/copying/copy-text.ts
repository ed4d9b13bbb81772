/** Copies a text. Pages that came by plain HTTP from another host have no clipboard: there by way of a selection. */
export async function copyText(text: string): Promise<void> {
	if (window.isSecureContext) return navigator.clipboard.writeText(text);
	const field = document.createElement("textarea");
	field.value = text;
	field.style.position = "fixed";
	field.style.opacity = "0";
	const focused = document.activeElement;
	// Inside a dialog, which would take the focus back otherwise.
	(focused?.parentElement ?? document.body).append(field);
	field.select();
	document.execCommand("copy");
	field.remove();
	if (focused instanceof HTMLElement) focused.focus({ preventScroll: true });
}
