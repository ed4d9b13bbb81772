import { perform } from "./local-task.ts";
import { answerRequests } from "./thread-port.ts";

answerRequests(perform);
