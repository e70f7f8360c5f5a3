export { ScoringConfig } from './config.ts';
export { ScoringModule } from './scoring.module.ts';
