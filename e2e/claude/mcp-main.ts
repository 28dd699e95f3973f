/** A server of tools over stdio (Model Context Protocol) with one tool, `whisper`, that tells a secret of its environment. */
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';

const server = new McpServer({ name: 'whisperer', version: '1.0.0' });
server.registerTool('whisper', { description: 'Tells the secret' }, () => ({
  content: [{ type: 'text', text: `The secret is ${process.env.WHISPER_SECRET}.` }],
}));
void server.connect(new StdioServerTransport());
