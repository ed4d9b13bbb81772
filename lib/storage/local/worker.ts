import { answerRequests } from "#lib/storage/threads/thread-port.ts";
import { perform } from "./task.ts";

answerRequests(perform);
