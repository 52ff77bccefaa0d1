import { replaceableTexts } from '../../branding/texts.ts'
import { UI_LOCALES } from '../../pages/languages/tags.ts'
import { messagesFor } from '../../pages/messages.ts'
import { command } from '../command.ts'
import { EXIT } from '../exit.ts'

export const configTexts = command({
  details:
    'A file with those of them that are to differ is what branding.texts takes. {1} stands for a name\nthat the page puts in; texts that count things or spans of time are not listed.',
  options: {
    language: {
      type: 'text',
      value: 'TAG',
      words: UI_LOCALES,
      help: 'only this language (default: all)',
    },
  },
  examples: ['grantd config texts --language en', 'grantd config texts > texts.json'],
  run: async ({ options, terminal }) => {
    const tags = UI_LOCALES.filter((tag) => (options.language ?? tag) === tag)
    const texts = tags.map((tag) => [tag, replaceableTexts(messagesFor(tag))] as const)
    terminal.print(JSON.stringify(Object.fromEntries(texts), null, 2))
    return EXIT.ok
  },
})
