import { Option } from 'commander'

export const DRY_RUN = new Option('--dry-run', 'show exactly what would happen; write nothing')
export const REPORT = new Option(
  '--report <folder>',
  'keep a report there: run.jsonl, report.html, junit.xml, commands.sh',
)
/** Of what can be planned, kept as a plan, and resumed. */
export const PLAN_FLAGS = [
  DRY_RUN,
  new Option('--save <file>', 'keep the plan of a dry-run in a new file'),
  new Option(
    '--plan <file>',
    'carry out exactly that plan; refused when anything it depends on has changed',
  ),
  new Option('--resume', 'resume the run that failed or was interrupted'),
  new Option('--keep', 'leave a failed step as it is instead of undoing it'),
  new Option('--step-by-step', 'say before each step what it does and why, and wait for Enter'),
  REPORT,
]
