import type { Hub, Os } from './context.ts';

export function teamProcedures(os: Os, { team }: Hub) {
  return os.team.router({ call: os.team.call.handler(({ input }) => team.asOperator(input)) });
}
