import { AgentId, GroupId, ProjectId, ProviderId, type SearchHit, SessionEventBody, SessionId } from '@agor/protocol';
import { DOC_KINDS, DOC_ROLES, type DocRow } from './docs.ts';
import { eventText } from './event-text.ts';
import type { IndexFile } from './index-file.ts';
import { snippetOf } from './snippet.ts';
import type { Sources } from './sources.ts';
import type { Term } from './words.ts';

interface SaidRow {
  readonly from: string;
  readonly fromName: string;
  readonly toId: string;
  readonly toName: string;
  readonly groupId: string | null;
  readonly text: string;
}

/** Makes what was found ready to be shown, with its text from where it was said. What is not there any more gives null. */
export class Hits {
  readonly #sql;

  constructor(
    index: IndexFile,
    private readonly sources: Sources,
  ) {
    const { sessions, team } = sources;
    this.#sql = {
      owner: index.db.prepare<{ value: string }, [number]>('SELECT value FROM names WHERE key = ?'),
      session: sessions.prepare<{ projectId: string | null; title: string; provider: string }, [string]>(
        `SELECT project_id AS projectId, substr(coalesce(nullif(trim(json_extract(state, '$.title')), ''), json_extract(state, '$.lastPrompt'), ''), 1, 200) AS title, json_extract(state, '$.provider') AS provider
           FROM sessions WHERE id = ?`,
      ),
      event: sessions.prepare<{ payload: string }, [string, number]>(
        'SELECT payload FROM session_events WHERE session_id = ? AND seq = ?',
      ),
      task: team.prepare<{ title: string; description: string; assignedTo: string | null; groupId: string }, [string]>(
        'SELECT title, description, assigned_to AS assignedTo, group_id AS groupId FROM tasks WHERE id = ?',
      ),
      comment: team.prepare<{ text: string }, [string]>('SELECT content AS text FROM task_comments WHERE id = ?'),
      direct: team.prepare<SaidRow, [string]>(
        `SELECT m.from_agent AS "from", a.name AS fromName, m.to_agent AS toId, b.name AS toName,
            coalesce(m.group_id, m.sender_group_id) AS groupId, m.content AS text
           FROM messages m JOIN agents a ON a.id = m.from_agent JOIN agents b ON b.id = m.to_agent WHERE m.id = ?`,
      ),
      post: team.prepare<SaidRow, [string]>(
        `SELECT m.from_agent AS "from", a.name AS fromName, c.id AS toId, c.name AS toName, c.group_id AS groupId, m.content AS text
           FROM channel_messages m JOIN agents a ON a.id = m.from_agent JOIN channels c ON c.id = m.channel_id WHERE m.id = ?`,
      ),
    };
  }

  of(row: DocRow, terms: readonly Term[]): SearchHit | null {
    const kind = DOC_KINDS[row.kind];
    const role = DOC_ROLES[row.role];
    if (kind === undefined || role === undefined) return null;
    const base = { id: String(row.id), role, at: row.at, cut: row.cut === 1 };
    switch (kind) {
      case 'message':
      case 'tool':
        return this.#said(row, { ...base, kind }, terms);
      case 'task':
      case 'comment':
        return this.#task(row, base, terms);
      default:
        return this.#written(row, kind, base, terms);
    }
  }

  #said(
    row: DocRow,
    base: Pick<SearchHit, 'id' | 'role' | 'at' | 'cut'> & { kind: 'message' | 'tool' },
    terms: readonly Term[],
  ) {
    const id = this.#sql.owner.get(row.owner ?? 0)?.value;
    const session = id === undefined ? undefined : this.#sql.session.get(id);
    const payload = id === undefined ? undefined : this.#sql.event.get(id, row.seq)?.payload;
    if (id === undefined || !session || payload === undefined) return null;
    const event = SessionEventBody.safeParse(JSON.parse(payload)).data;
    const text = event && eventText(event, this.sources.blobsDir)?.text;
    if (text === undefined) return null;
    return {
      ...base,
      sessionId: SessionId.parse(id),
      sessionTitle: session.title,
      projectId: session.projectId === null ? null : ProjectId.parse(session.projectId),
      provider: ProviderId.parse(session.provider),
      seq: row.seq,
      snippet: snippetOf(text, terms),
    };
  }

  #task(row: DocRow, base: Pick<SearchHit, 'id' | 'role' | 'at' | 'cut'>, terms: readonly Term[]): SearchHit | null {
    const task = this.#sql.task.get(row.ref ?? '');
    if (!task) return null;
    const text = row.part === null ? `${task.title}\n${task.description}` : this.#sql.comment.get(row.part)?.text;
    if (text === undefined) return null;
    return {
      ...base,
      kind: 'task',
      groupId: GroupId.parse(task.groupId),
      projectId: task.assignedTo === null ? null : ProjectId.parse(task.assignedTo),
      taskId: row.ref ?? '',
      title: task.title,
      snippet: snippetOf(text, terms),
    };
  }

  #written(
    row: DocRow,
    kind: 'direct' | 'post',
    base: Pick<SearchHit, 'id' | 'role' | 'at' | 'cut'>,
    terms: readonly Term[],
  ): SearchHit | null {
    const said = this.#sql[kind].get(row.ref ?? '');
    if (!said) return null;
    const { from, fromName, toId, toName, groupId, text } = said;
    const name = toName;
    return {
      ...base,
      kind: 'btmsg',
      groupId: groupId === null ? null : GroupId.parse(groupId),
      projectId: ProjectId.parse(from),
      messageId: row.ref ?? '',
      from: AgentId.parse(from),
      fromName,
      to: kind === 'direct' ? { kind: 'agent', id: AgentId.parse(toId), name } : { kind: 'channel', id: toId, name },
      snippet: snippetOf(text, terms),
    };
  }
}
