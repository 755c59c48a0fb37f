/** What a colour means; never used without a word beside it. */
export type Tone = 'safe' | 'wait' | 'off' | 'attention';
