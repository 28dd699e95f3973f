import type { FileChanges, FileWatchProblem, FromMachine, SessionId, TeamAnswer, TeamCall } from '@agor/protocol';
import type { Logger } from '@agor/runtime';
import type { Connection } from './connection.ts';
import type { Heartbeat } from './heartbeat.ts';
import type { LinkSession } from './link-session.ts';
import type { OutboxSender } from './outbox-sender.ts';
import type { Requests } from './requests.ts';

/** A connection to a machine with all that lives as long as it does. */
export interface Link {
  readonly connection: Connection;
  readonly session: LinkSession;
  readonly sender: OutboxSender;
  readonly heartbeat: Heartbeat;
  readonly closed: Promise<string>;
}

export interface FrameTakers {
  readonly requests: Requests;
  readonly logger: Logger;
  readonly files: (frame: FileChanges | FileWatchProblem) => void;
  readonly teamCall: (sessionId: SessionId, call: TeamCall) => TeamAnswer;
}

/** Hands what the machine says to whom it concerns. */
export function takeFrame(frame: FromMachine, link: Link, { requests, logger, files, teamCall }: FrameTakers): void {
  link.heartbeat.heard();
  switch (frame.t) {
    case 'events':
      link.session.events(frame);
      break;
    case 'deltas':
      link.session.deltas(frame.deltas);
      break;
    case 'commandAck':
      link.sender.acknowledged(frame.ids);
      break;
    case 'result':
      requests.result(frame.id, frame.result);
      break;
    case 'failure':
      requests.failure(frame.id, frame.code, frame.message);
      break;
    case 'progress':
      requests.progress(frame.id, frame.message, (out) => link.connection.send(out));
      break;
    case 'teamCall':
      link.connection.send({ t: 'teamAnswer', id: frame.call.id, answer: teamCall(frame.sessionId, frame.call) });
      break;
    case 'fileChanges':
    case 'fileWatchProblem':
      files(frame);
      break;
    case 'challenge':
    case 'welcome':
    case 'refused':
      logger.warn('the machine greets twice', { frame: frame.t });
  }
}
