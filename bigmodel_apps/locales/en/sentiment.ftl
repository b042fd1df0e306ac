domain-sentiment-name = Sentiment
domain-sentiment-promise = What a text thinks, and how sure that is.
domain-sentiment-purpose = Judges reviews and messages in English and Chinese, one or a whole table, with the words and sentences that decided.

sentiment-label-positive = Positive
sentiment-label-negative = Negative
sentiment-label-neutral = No opinion
sentiment-label-unsure = Unsure
sentiment-miniature = Judged just now with confidence { $confidence }

engine-english = English: shared encoder with our adapter
engine-chinese = Chinese: our own model
engine-lexical = Words and characters
engine-nothing = Nobody: there is no word of English or Chinese in it
engine-distilbert-base-uncased-finetuned-sst-2-english = DistilBERT, film reviews
engine-distilbert-base-multilingual-cased-sentiments-student = DistilBERT, multilingual
engine-roberta-base-finetuned-jd-binary-chinese = RoBERTa, Chinese shopping reviews

aspects-shop = Online shop
aspects-restaurant = Restaurant
aspects-app = App
aspects-bank = Bank

problem-hub-labels-unknown = The model { $model } calls its classes { $labels }; they cannot be read as negative and positive. Choose a sentiment model.
problem-aspect-unusable = “{ $aspect }” cannot be used as an aspect. Write a name of up to 60 characters, and other words for it after “=” with “|” between them.
problem-aspects-too-many = There are more than { $limit } aspects. Leave out the less important ones.
problem-edit-no-place = There is nothing here to { $edit ->
        [negate] negate: no verb or adjective that this simple rule knows
        [name] swap: no name that we know
       *[word] change: the word is not in the text
    }. Edit the text by hand.
