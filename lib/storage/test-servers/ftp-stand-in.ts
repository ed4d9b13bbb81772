import { type AddressInfo, createServer, type Server, type Socket } from "node:net";

/** Behaviour that real servers rarely show and cannot be made to show: how a transfer ends, its port, refused connections. */
export interface Behaviour {
	/** Of a connection's number, from 0: the greeting instead of 220; ends the connection. */
	readonly refuse?: (connection: number) => string | null;
	/** The name in the greeting. */
	readonly name?: string;
	/** What comes for a listing, and how it ends: properly, with an error, or by the connection's end. */
	readonly listing?: (listing: number) => { readonly text: string; readonly end: "226" | "426" | "cut" };
	/** What is said when a listing was sent. */
	readonly finalReply?: string;
	/** The address in the answer to PASV, `10,0,0,1`. */
	readonly address?: string;
	/** Ends the connection when it is asked for the second listing on it. */
	readonly forgetful?: boolean;
	/** By a command's first word: what is said instead of doing it; null: it is done. */
	readonly refuses?: Readonly<Record<string, () => string | null>>;
	/** Answers to further commands, by their first word; null ends the connection. */
	readonly answers?: Readonly<Record<string, string | ((argument: string) => string | null)>>;
}

export interface FtpStandIn extends AsyncDisposable {
	readonly port: number;
	readonly commands: readonly string[];
	/** The commands that came together with others, together. */
	readonly gathered: readonly (readonly string[])[];
	/** Connections so far. */
	readonly connections: number;
}

export async function startFtpStandIn(behaviour: Behaviour): Promise<FtpStandIn> {
	const commands: string[] = [];
	const gathered: string[][] = [];
	const sockets = new Set<Socket | Server>();
	let connections = 0;
	let listings = 0;
	const server = createServer((socket) => {
		const number = connections++;
		const refusal = behaviour.refuse?.(number) ?? null;
		sockets.add(socket);
		socket.on("error", () => {});
		if (refusal !== null) return void socket.end(`${refusal}\r\n`);
		socket.write(`220 ${behaviour.name ?? "Stand-in"}\r\n`);
		let data: Promise<Socket> | undefined;
		let asked = 0;
		const listen = async (): Promise<number> => {
			const listener = createServer();
			sockets.add(listener);
			data = new Promise((resolve) =>
				listener.once("connection", (incoming) => resolve(incoming.on("error", () => {}))),
			);
			await new Promise<void>((resolve) => listener.listen(0, "127.0.0.1", resolve));
			return (listener.address() as AddressInfo).port;
		};
		const answers: Record<string, () => Promise<string> | string> = {
			user: () => "331 Password?",
			pass: () => "230 In",
			feat: () => "211-Features:\r\n MLST type*;size*;modify*;\r\n UTF8\r\n211 End",
			epsv: async () => `229 Extended (|||${await listen()}|)`,
			pasv: async () => {
				const port = await listen();
				return `227 Passive (${behaviour.address ?? "127,0,0,1"},${port >> 8},${port & 255})`;
			},
			list: () => answers.mlsd?.() ?? "",
			mlsd: async () => {
				if (behaviour.forgetful && asked++ > 0) {
					socket.destroy();
					return "";
				}
				const { text, end } = behaviour.listing?.(listings++) ?? { text: "", end: "226" };
				socket.write("150 Here it comes\r\n");
				const transfer = await data;
				transfer?.end(text);
				if (end === "cut") socket.destroy();
				return end === "226" ? (behaviour.finalReply ?? "226 Done") : "426 Broken";
			},
		};
		const answerTo = async (command: string) => {
			commands.push(command);
			const [word = "", ...rest] = command.split(" ");
			const own =
				behaviour.refuses?.[word]?.() ??
				behaviour.answers?.[word] ??
				(await (answers[word.toLowerCase()]?.() ?? "200 Fine"));
			const answer = typeof own === "string" ? own : own(rest.join(" "));
			if (answer === null) socket.destroy();
			if (!socket.destroyed) socket.write(`${answer}\r\n`);
		};
		let answered = Promise.resolve();
		let received = "";
		socket.setEncoding("utf8").on("data", (text: string) => {
			const lines = (received + text).split("\r\n");
			received = lines.pop() ?? "";
			if (lines.length > 1) gathered.push(lines);
			answered = answered.then(async () => {
				for (const line of lines) await answerTo(line);
			});
		});
	});
	await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
	return {
		port: (server.address() as AddressInfo).port,
		commands,
		gathered,
		get connections() {
			return connections;
		},
		[Symbol.asyncDispose]: async () => {
			for (const socket of sockets) "destroy" in socket ? socket.destroy() : socket.close();
			await new Promise((resolve) => server.close(resolve));
		},
	};
}
