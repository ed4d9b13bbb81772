/** The security headers of every response. Pure. */

/**
 * Sonner writes its style sheet into the page as one `<style>`, first empty, then filled: both are allowed by their hashes.
 * The test beside this file fails when another version of Sonner has another style sheet.
 */
export const sonnerStyles = [
	"sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",
	"sha256-StEaX+se6YS7pqjzrzMIA0KaX9zF/8zAhvQXZAe5epY=",
] as const;

/** Only scripts that carry this answer's nonce run, and what they load; nothing comes from elsewhere, nothing frames us. */
export function contentSecurityPolicy(nonce: string): string {
	return [
		"default-src 'none'",
		`script-src 'self' 'nonce-${nonce}' 'strict-dynamic'`,
		`style-src 'self' 'nonce-${nonce}' ${sonnerStyles.map((hash) => `'${hash}'`).join(" ")}`,
		// The positions of rows and bars are style attributes; they cannot load anything, because no source is allowed.
		"style-src-attr 'unsafe-inline'",
		"img-src 'self' data: blob:",
		"font-src 'self'",
		"connect-src 'self'",
		"manifest-src 'self'",
		"form-action 'self'",
		"base-uri 'none'",
		"frame-ancestors 'none'",
	].join("; ");
}

/** `https`: the page came over HTTPS, so browsers must use nothing else from then on (HSTS). */
export function securityHeaders({ nonce, https }: { readonly nonce: string; readonly https: boolean }) {
	return {
		"content-security-policy": contentSecurityPolicy(nonce),
		"referrer-policy": "same-origin",
		"x-content-type-options": "nosniff",
		"x-frame-options": "DENY",
		"cross-origin-opener-policy": "same-origin",
		"cross-origin-resource-policy": "same-origin",
		"permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
		...(https ? { "strict-transport-security": "max-age=31536000" } : {}),
	};
}
