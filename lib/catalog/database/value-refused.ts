/**
 * Whether PostgreSQL refused a value as such (SQLSTATE class 22): out of range, of another form, not to be stored. Schemas
 * refuse such values before; what one of them overlooks is the fault of the request, not of the database. A division by
 * zero is the program's own.
 */
export function isValueRefused(error: unknown): boolean {
	return error instanceof Error && "code" in error && /^22(?!012)/.test(String(error.code)) && "severity" in error;
}

export const valueRefusedText = "A value is out of the range, or not of the form, that the catalogue can hold.";
